// Numbers for people, by the rules of src/base/units.c: digits come from integers, so that the page says what the
// command line says. A column has one unit and as many decimals as its largest value needs.

const PREFIXES = {
  count: [[1n, ''], [10n ** 9n, ' G'], [10n ** 12n, ' T'], [10n ** 15n, ' P'], [10n ** 18n, ' E']],
  ns: [[1n, ' ns'], [1000n, ' us'], [1000000n, ' ms'], [1000000000n, ' s']],
  bytes: [[1n, ' B'], [1n << 10n, ' KiB'], [1n << 20n, ' MiB'], [1n << 30n, ' GiB'], [1n << 40n, ' TiB'],
    [1n << 50n, ' PiB'], [1n << 60n, ' EiB']],
  percent: [[1n, ' %']],
  points: [[1n, ' pp']]
};

function magnitude(value) {
  return BigInt(Math.abs(Math.round(value)));
}

// number * 10^exponent / divisor, halves away from zero.
function divided(number, exponent, divisor) {
  const over = exponent > 0 ? number * 10n ** BigInt(exponent) : number;
  const under = exponent < 0 ? divisor * 10n ** BigInt(-exponent) : divisor;
  return (2n * over + under) / (2n * under);
}

function digitsOf(number) {
  return number === 0n ? 0 : number.toString().length;
}

function suitable(digits, isColumn) {
  if (isColumn) return digits <= 2 ? 3 : digits === 3 ? 2 : digits <= 5 ? 1 : 0;
  return digits <= 1 ? 3 : digits <= 4 ? 4 - digits : 0;
}

function decimalsFor(largest, scale, divisor, isColumn) {
  if (divisor === 1n && scale >= 0) return {decimals: 0, whole: divided(largest, scale, 1n)};
  let whole = divided(largest, scale + 3, divisor) / 1000n, decimals = 0;
  for (let i = 0; i < 2; i++) { // twice: rounding may have added a digit
    decimals = suitable(digitsOf(whole), isColumn);
    whole = divided(largest, scale + decimals, divisor) / 10n ** BigInt(decimals);
  }
  if (divisor > 1n) return {decimals: decimals, whole: whole};
  if (whole === 0n) decimals = suitable(0, isColumn) - scale - digitsOf(largest);
  return {decimals: Math.min(decimals, Math.max(0, -scale), 18), whole: whole};
}

function choose(unit, scale, largest, isColumn) {
  const prefixes = PREFIXES[unit] || PREFIXES.count;
  let at = 0;
  if (largest === 0n) return {prefix: prefixes[unit === 'ns' ? 3 : 0], decimals: 0};
  let found = decimalsFor(largest, scale, prefixes[0][0], isColumn);
  while (at + 1 < prefixes.length && found.whole >= prefixes[at + 1][0] / prefixes[at][0]) {
    at++;
    found = decimalsFor(largest, scale, prefixes[at][0], isColumn);
  }
  return {prefix: prefixes[at], decimals: found.decimals};
}

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function print(format, value, scale) {
  const number = divided(magnitude(value), scale + format.decimals, format.prefix[0]);
  const digits = number.toString().padStart(format.decimals + 1, '0');
  const whole = grouped(digits.slice(0, digits.length - format.decimals));
  const rest = format.decimals ? '.' + digits.slice(digits.length - format.decimals) : '';
  return (value < 0 && number ? '-' : '') + whole + rest + format.prefix[1];
}

// A function that prints the values of a column whose largest is given.
export function columnFormat(metric, largest) {
  const format = choose(metric.unit, metric.scale, Number.isFinite(largest) ? magnitude(largest) : 0n, true);
  return function (value) { return Number.isNaN(value) ? '-' : print(format, value, metric.scale); };
}

// A value alone shows four digits, without zeros at its end down to three.
export function formatValue(metric, value) {
  if (Number.isNaN(value)) return '-';
  const format = choose(metric.unit, metric.scale, magnitude(value), false);
  let number = divided(magnitude(value), metric.scale + format.decimals, format.prefix[0]);
  while (format.decimals > 0 && number % 10n === 0n && (format.prefix[0] === 1n || number >= 1000n)) {
    number /= 10n;
    format.decimals--;
  }
  return print(format, value, metric.scale);
}

export function formatCount(value) {
  return Number.isNaN(value) ? '-' : (value < 0 ? '-' : '') + grouped(magnitude(value).toString());
}

export function formatPercent(part, whole) {
  if (Number.isNaN(part) || !(whole > 0)) return '-';
  const tenths = divided(magnitude(part), 3, magnitude(whole)).toString().padStart(2, '0');
  return (part < 0 && tenths !== '00' ? '-' : '') + grouped(tenths.slice(0, -1)) + '.' + tenths.slice(-1);
}

// "0.8 s to 1.2 s": proven bounds.
export function formatRange(metric, low, high) {
  return formatValue(metric, low) + ' to ' + formatValue(metric, high);
}

// Whether bounds are worth a mark, as in src/model/attribute.c.
export function isUncertain(value, low, high) {
  return high - low > Math.max(1, value / 1000);
}
