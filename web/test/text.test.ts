import { expect, test } from "vitest";
import { nextOrder, sorted } from "../src/table/sort";
import { csv, defused, tsv } from "../src/table/text";

test.each([
  [["plain", "with space"], "plain,with space\r\n"],
  [["a,b", 'say "hi"', "two\nlines", ""], '"a,b","say ""hi""","two\nlines",\r\n'],
  [["=1+1", "+49 40", "-12.50", "-1-1", "@SUM(A1)", "\tx", "12"], "'=1+1,'+49 40,-12.50,'-1-1,'@SUM(A1),'\tx,12\r\n"],
  [["\r=1", "1e5", "-.5", "－1"], `"'\r=1",1e5,-.5,'－1\r\n`],
  [['=HYPERLINK("http://x","y")'], `"'=HYPERLINK(""http://x"",""y"")"\r\n`],
])("csv(%j)", (row, want) => {
  expect(csv([row])).toBe(want);
});

test("the clipboard's lines have no tabs or breaks inside", () => {
  expect(tsv([["A", "B"], ["x\ty", "=1\n2"]])).toBe("A\tB\nx y\t'=1 2");
});

test("a text is defused once", () => {
  expect(defused(defused("=1"))).toBe("'=1");
});

test("rows are sorted as people sort them", () => {
  const rows = [["10"], ["9"], [""], ["-1"], ["1234.50"]];
  expect(sorted(rows, { column: 0, descending: false }).flat()).toEqual(["-1", "9", "10", "1234.50", ""]);
  expect(sorted(rows, { column: 0, descending: true }).flat()).toEqual(["1234.50", "10", "9", "-1", ""]);
  expect(sorted([["b"], ["Ä"], ["a2"], ["a10"]], { column: 0, descending: false }).flat()).toEqual(["Ä", "a2", "a10", "b"]);
  expect(rows[0]).toEqual(["10"]); // as they came
});

test("a column's head goes up, down and back", () => {
  const up = nextOrder(undefined, 1);
  const down = nextOrder(up, 1);
  expect([up, down, nextOrder(down, 1), nextOrder(down, 0)]).toEqual([
    { column: 1, descending: false }, { column: 1, descending: true }, undefined, { column: 0, descending: false },
  ]);
});
