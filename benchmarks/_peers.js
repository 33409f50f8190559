// The peers written for Node: one process, told on stdin what to fill how often, answers with CPU.
"use strict";
const fs = require("fs");
const path = require("path");
const modules = process.argv[2];
const load = (name) => require(require.resolve(name, { paths: [modules] }));
const PizZip = load("pizzip");
const Docxtemplater = load("docxtemplater");
const { TemplateHandler } = load("easy-template-x");
const handler = new TemplateHandler();

const tools = {
  docxtemplater: async (template, record) => {
    const made = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
    made.render(record);
    return made.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
  },
  "easy-template-x": async (template, record) => handler.process(template, record),
};

async function run(order) {
  const template = fs.readFileSync(order.template);
  const records = JSON.parse(fs.readFileSync(order.records, "utf8")).slice(0, order.count);
  const start = process.cpuUsage();
  for (let n = 0; n < records.length; n++) {
    const made = await tools[order.tool](template, records[n]);
    const file = fs.openSync(path.join(order.folder, `${n}.docx`), "wx");
    fs.writeSync(file, made);
    fs.closeSync(file);
  }
  const spent = process.cpuUsage(start);
  return (spent.user + spent.system) / 1000 / records.length;
}

const lines = require("readline").createInterface({ input: process.stdin });
(async () => {
  for await (const line of lines) process.stdout.write(`${await run(JSON.parse(line))}\n`);
})();
