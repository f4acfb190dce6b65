"use strict";
// Prints the peer's dialog as a dialog script (docs/scripts.md), so that the advisor can be measured on the very same one.

const { outcomes, questions, points } = require("./dialog.js");

const script = {
  script: "fixed",
  title: "Ten questions",
  language: "en",
  intro: "Thank you, noted.",
  options: outcomes.map(({ id, name }) => ({ id, name, say: `${name} fits your answers best.` })),
  tie: { outcome: "either", name: "Either", say: "Both are fine.", margin: 1, between: ["nodejs", "python"] },
  clear_margin: 4,
  questions: questions.map(({ id, topic, label, text, help, why, options }) => ({
    id, topic, label, ask: text, help, why, allow_unknown: false, required: true,
    choices: options.map((option) => ({ id: option.id, say: option.label, help: option.help, react: "Thank you, noted." })),
  })),
  rules: questions.flatMap(({ id, label, options }) => options.flatMap((option) => {
    const gains = points.get(id).get(option.id);
    const given = Object.fromEntries(outcomes.map((outcome, i) => [outcome.id, gains[i]]).filter(([, gain]) => gain));
    if (Object.keys(given).length === 0) return [];
    return [{
      id: `${id}_${option.id}`, axis: "dialog", when: `${id} is ${option.id}`, points: given,
      because: `${label}: ${option.label}.`, evidence: ["table"],
    }];
  })),
  evidence: [{
    id: "table", claim: "The points of the measured dialog.", stance: "supports", source: "bench/peers/ws-batch/dialog.js",
    url: "https://example.org/", as_of: "2025-11", review_by: "2030-01",
  }],
};
console.log(JSON.stringify(script, null, 1));
