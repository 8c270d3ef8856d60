// Compares what a program printed here with what it prints with real torch and TransformerLens.
//
// Text must be equal to the byte. A number that differs may do so by one unit of its last printed digit, or by 1e-5 of
// itself: both sides compute in fp32, ONNX Runtime and torch add up in different orders, and a printed figure that lies
// at the edge between two roundings falls to one side here and to the other there. Whole numbers (tokens, layers,
// shapes, ranks) must be equal.

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/g;

/** The first line that differs, told so that it can be read; undefined when the outputs are the same. */
export function difference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const [a, b] = [expected.trimEnd().split("\n"), actual.trimEnd().split("\n")];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (!sameLine(a[i] ?? "", b[i] ?? "")) return `line ${i + 1}\n  expected ${a[i]}\n  actual   ${b[i]}`;
  }
  return undefined;
}

function sameLine(a: string, b: string): boolean {
  // a number may also be one character longer, which moves the padding beside it
  const words = (line: string) => line.replace(NUMBER, "#").replace(/\s+/g, " ");
  const numbers = (line: string) => line.match(NUMBER) ?? [];
  if (a === b) return true;
  const others = numbers(b);
  return words(a) === words(b) && numbers(a).every((number, i) => near(number, others[i] ?? ""));
}

function near(x: string, y: string): boolean {
  const [mantissa = "", exponent = "0"] = x.split("e");
  const point = mantissa.indexOf(".");
  if (point < 0) return x === y;
  const unit = 10 ** (Number(exponent) - (mantissa.length - point - 1));
  // 1.01: the difference of two printed decimals is itself not exact
  return Math.abs(Number(x) - Number(y)) <= Math.max(unit * 1.01, Math.abs(Number(x)) * 1e-5);
}
