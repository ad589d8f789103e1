// Groups people by town and age.
function groupOf(person) {
  return `${person.town}/${Math.floor(person.age / 10)}`;
}

const groups = new Map();
for (let k = 0; k < Number(process.argv[2]); k++) {
  const person = { town: `t${k % 53}`, age: (k * 31) % 97, name: `p${k}` };
  const key = groupOf(person);
  groups.set(key, (groups.get(key) || 0) + 1);
}
console.log(groups.size, groups.get('t5/3'));
