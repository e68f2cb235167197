// Matrices as lists of rows: what a formula that was compiled from its tree may call.
const dot = (a, b) => a.reduce((sum, entry, i) => sum + entry * b[i], 0);
const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const product = (A, B) => { const columns = transpose(B); return A.map((row) => columns.map((column) => dot(row, column))); };
const sum = (A, B) => A.map((row, i) => row.map((entry, j) => entry + B[i][j]));
const scaled = (c, A) => A.map((row) => row.map((entry) => c * entry));
const trace = (A) => A.reduce((sum, row, i) => sum + row[i], 0);
const zeros = (rows, columns) => Array.from({length: rows}, () => Array(columns).fill(0));
const identity = (size) => zeros(size, size).map((row, i) => row.map((_, j) => Number(i === j)));
const diagonal = (entries) => entries.map((entry, i) => entries.map((_, j) => (i === j ? entry : 0)));
const power = (base, exponent) => (exponent < 0 ? 1 / power(base, -exponent) : base ** exponent);

// Gauss and Jordan, each step with the largest pivot of its column.
function inverse(A) {
  const size = A.length;
  const rows = A.map((row, i) => [...row, ...identity(size)[i]]);
  for (let k = 0; k < size; k += 1) {
    let best = k;
    for (let i = k + 1; i < size; i += 1) if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i;
    [rows[k], rows[best]] = [rows[best], rows[k]];
    const pivot = rows[k][k];
    rows[k] = rows[k].map((entry) => entry / pivot);
    rows.forEach((row, i) => {
      const factor = row[k];
      if (i !== k && factor !== 0) rows[i] = row.map((entry, j) => entry - factor * rows[k][j]);
    });
  }
  return rows.map((row) => row.slice(size));
}
