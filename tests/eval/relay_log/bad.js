// Writes the switching of relays to a log.
const fs = require('fs');

function note(number) {
  fs.appendFileSync('relay.log', `relay ${number % 9} on\n`);
}

const count = Number(process.argv[2]);
for (let k = 0; k < count; k++) note(k);
console.log(fs.statSync('relay.log').size);
fs.unlinkSync('relay.log');
