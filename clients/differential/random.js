/** Draws from a seed, always the same (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** A number from 0 up to 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from 0 up to n. */
  below(n) {
    return Math.floor(this.next() * n);
  }

  /** True once in n times. */
  once(n) {
    return this.below(n) === 0;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** Some of the list, at least one, in its order. */
  some(list, most) {
    const left = new Set();
    for (let n = 1 + this.below(most); n > 0; n--) left.add(this.below(list.length));
    return [...left].sort((a, b) => a - b).map((i) => list[i]);
  }
}
