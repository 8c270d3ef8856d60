import { describe, expect, it } from "vitest";
import { format } from "../../src/model/index.ts";

const thin = "\u202f";

describe("as Python prints them", () => {
  it.each([
    [3.2871e-2, "3.287e-02"],
    [6.41e-4, "6.410e-04"],
    [9.948e-5, "9.948e-05"],
    [1, "1.000e+00"],
    [0, "0.000e+00"],
    [1.2346e-123, "1.235e-123"],
  ])("scientific(%s) is %s", (value, text) => expect(format.scientific(value)).toBe(text));

  it.each([
    [3.4852719, "+348.53%"],
    [-0.58047, "-58.05%"],
    [0, "+0.00%"],
    [-0.00001, "-0.00%"],
    [1, "+100.00%"],
  ])("signedPercent(%s) is %s", (value, text) => expect(format.signedPercent(value)).toBe(text));

  it("the course's table is tab-separated", () => {
    const rows = [{ word: "these", id: 7, before: 0.0328712, after: 0.01379, delta: -0.58047 }];
    expect(format.courseTable(rows)).toBe(
      "det\toriginal\tafter erase kn\tdelta\nthese\t3.287e-02\t1.379e-02\t-58.05%",
    );
  });
});

describe("for reading", () => {
  it.each([
    [1, `100${thin}%`],
    [0.41374, `41.4${thin}%`],
    [0.032871, `3.29${thin}%`],
    [6.41e-4, `0.0641${thin}%`],
    [9.9e-7, `9.9e\u22125${thin}%`],
    [1e-12, `1.0e\u221210${thin}%`],
    [0, `0${thin}%`],
  ])("probability(%s) is %s", (value, text) => expect(format.probability(value)).toBe(text));

  it.each([
    [3.4852719, `+348.5${thin}%`],
    [-0.58047, `\u221258.0${thin}%`],
    [219.721, `+21,972${thin}%`],
    [0.00021, `+0.02${thin}%`],
    [0.00001, `+<${thin}0.01${thin}%`],
    [0, `+0.00${thin}%`],
    [Number.NaN, "n/a"],
  ])("change(%s) is %s", (value, text) => expect(format.change(value)).toBe(text));

  it.each([
    [4.4853, "×4.49"],
    [0.41953, "×0.420"],
    [1, "×1.000"],
    [1.0048, "×1.005"],
    [0.9996, "×0.9996"],
  ])("factor(%s) is %s", (value, text) => expect(format.factor(value)).toBe(text));

  it.each([
    [0, `0${thin}B`],
    [999, `999${thin}B`],
    [7_100_000, `7.1${thin}MB`],
    [433_270_768, `433${thin}MB`],
    [1_250_000_000, `1.3${thin}GB`],
  ])("bytes(%s) is %s", (value, text) => expect(format.bytes(value)).toBe(text));

  it.each([
    [38.2, `38${thin}ms`],
    [1449, `1.4${thin}s`],
  ])("duration(%s) is %s", (value, text) => expect(format.duration(value)).toBe(text));

  it.each([
    [0.1, `10${thin}%`],
    [1e-4, `0.01${thin}%`],
    [1e-8, `1e\u22126${thin}%`],
  ])("tick(%s) is %s", (value, text) => expect(format.tick(value)).toBe(text));

  it.each([
    [2.7134, "2.713"],
    [-0.16992, "\u22120.1699"],
    [0, "0"],
  ])("activation(%s) is %s", (value, text) => expect(format.activation(value)).toBe(text));

  it("count(1152) is 1,152", () => expect(format.count(1152)).toBe("1,152"));
});
