/** Where documents stand in a request body, one row for each: numbers only, so that a row costs no object. */

const ROWS_AT_FIRST = 256;

export class DocumentTable {
  /** Where the document's line starts in its file. */
  offsets: Float64Array;
  /** Where its action line starts in the body. The action line of document i + 1 starts where document i ends. */
  actionStarts: Uint32Array;
  /** Where its JSON starts in the body. */
  jsonStarts: Uint32Array;
  /** Bytes of its line if its JSON begins with them, the closing brace excepted; else 0. */
  lineLengths: Uint32Array;
  /** Lines whose bytes are not in the body, by offset; few. */
  otherLines = new Map<number, Buffer>();

  constructor(rows = ROWS_AT_FIRST) {
    this.offsets = new Float64Array(rows);
    this.actionStarts = new Uint32Array(rows);
    this.jsonStarts = new Uint32Array(rows);
    this.lineLengths = new Uint32Array(rows);
  }

  /** How many rows there is room for. */
  get rows(): number {
    return this.offsets.length;
  }

  /** Makes room for twice as many rows. */
  grow(): void {
    const larger = new DocumentTable(this.rows * 2);
    larger.offsets.set(this.offsets);
    larger.actionStarts.set(this.actionStarts);
    larger.jsonStarts.set(this.jsonStarts);
    larger.lineLengths.set(this.lineLengths);
    this.offsets = larger.offsets;
    this.actionStarts = larger.actionStarts;
    this.jsonStarts = larger.jsonStarts;
    this.lineLengths = larger.lineLengths;
  }
}
