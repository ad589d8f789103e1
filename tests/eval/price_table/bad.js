// Looks prices up in a table that is kept in a file.
const fs = require('fs');

function priceOf(item) {
  const table = JSON.parse(fs.readFileSync('prices.json', 'utf8'));
  return table[`item${item % 200}`];
}

const prices = {};
for (let k = 0; k < 200; k++) prices[`item${k}`] = k * 5;
fs.writeFileSync('prices.json', JSON.stringify(prices));
let total = 0;
for (let k = 0; k < Number(process.argv[2]); k++) total += priceOf(k);
console.log(total);
fs.unlinkSync('prices.json');
