// Columns of a matrix as rows.

/**
 * Some columns of a matrix, one behind the other.
 * @param matrix [rows, width]
 * @returns [columns.length, rows]
 */
export function columnsOf(matrix: Float32Array, width: number, columns: readonly number[]): Float32Array {
  const rows = matrix.length / width;
  const out = new Float32Array(columns.length * rows);
  // as many columns at a time as leave the lines of memory that they are written to in the cache
  const atOnce = 16;
  for (let first = 0; first < columns.length; first += atOnce) {
    const end = Math.min(first + atOnce, columns.length);
    for (let row = 0; row < rows; row++)
      for (let i = first; i < end; i++) out[i * rows + row] = matrix[row * width + columns[i]!]!;
  }
  return out;
}
