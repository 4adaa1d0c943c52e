// What people read on pages speaks plainly: no exclamation marks, and none of the words that offices do not use.
// Looks at ui/locales and ui/templates; prints file, line and what stands there.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const unwanted = ["！", "权属", "账本", "封印", "真解决", "吹哨人", "现归谁", "等我办", "我在等", "交上去", "申诉", "请您务必"];

const files = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder).sort().flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? files(path) : [path];
      });

// Keeps the line count, so that what is found is named by its line.
const blank = (text) => text.replace(/[^\n]/g, " ");

const pageText = (html) =>
  html
    .replace(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, blank)
    .replace(/<script\b[\s\S]*?<\/script>|<!--[\s\S]*?-->|<![^>]*>/g, blank);

const localeText = (source) => source.replace(/^\s*#.*$/gm, blank);

let found = 0;
const look = (path, text) =>
  text.split("\n").forEach((line, at) => {
    for (const word of [...unwanted, "!"].filter((word) => line.includes(word))) {
      console.error(`${path}:${at + 1}: “${word}” does not belong on a page`);
      found += 1;
    }
  });

for (const path of files("ui/locales")) look(path, localeText(readFileSync(path, "utf8")));
for (const path of files("ui/templates")) look(path, pageText(readFileSync(path, "utf8")));
process.exit(found ? 1 : 0);
