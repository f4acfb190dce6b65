"use strict";
// A fixed dialog of ten questions about as long as those of a real script, with the scores of its options.
// Questions have the wire form of docs/protocol.md, so that the same load tool drives this peer and the advisor.

const outcomes = [
  { id: "nodejs", name: "Node.js" },
  { id: "python", name: "Python" },
  { id: "hybrid", name: "Both, each for its part" },
];

// id, label, text, then options as [id, label, help, points for nodejs, python, hybrid]
const script = [
  ["kind", "What you build", "What is the main thing that you are building?", [
    ["web_app", "A web application", "Pages and an API for people in browsers", 3, 1, 1],
    ["data_product", "A data product", "Reports, models or pipelines are the point", 0, 4, 2],
    ["api", "An API for other programs", "Partners or mobile applications call it", 2, 2, 1],
  ]],
  ["realtime", "Live updates", "How much of it has to update while people look at it?", [
    ["core", "Live is the product", "Chat, games, collaboration, tracking", 4, 0, 1],
    ["some", "Some parts", "Notifications, a live dashboard", 2, 1, 1],
    ["none", "Nothing", "People reload the page", 0, 1, 0],
  ]],
  ["data_ml", "Data and learning", "Will it analyse data or use machine learning?", [
    ["train", "We train models ourselves", "Notebooks, training runs, evaluation", 0, 5, 3],
    ["use", "We call ready models", "Through a service of somebody else", 1, 2, 1],
    ["no", "No", "Plain records in and out", 1, 0, 0],
  ]],
  ["concurrency", "People at once", "How many people will use it at the same moment?", [
    ["few", "Up to 200", "One small server is plenty", 0, 1, 0],
    ["many", "Up to 10,000", "Waiting on the network most of the time", 2, 0, 1],
    ["crowd", "More than that", "Connections decide what it costs", 3, 0, 1],
  ]],
  ["team", "Your team", "What does the team write today?", [
    ["javascript", "JavaScript or TypeScript", "Front end or back end", 4, 0, 1],
    ["python", "Python", "Services, scripts or notebooks", 0, 4, 1],
    ["mixed", "Both", "People for each", 1, 1, 3],
  ]],
  ["deadline", "Time", "When must the first version be with users?", [
    ["weeks", "In a few weeks", "A prototype that stays", 2, 2, 0],
    ["months", "In a few months", "Time to set things up well", 1, 1, 1],
    ["open", "There is no date", "Quality decides", 1, 1, 2],
  ]],
  ["frontend", "The front end", "Who builds the part in the browser?", [
    ["same", "The same people", "One language would spare them a switch", 3, 0, 0],
    ["others", "Another team", "They only see the API", 0, 1, 1],
    ["nobody", "There is none", "Programs talk to programs", 0, 2, 0],
  ]],
  ["cpu", "Heavy computing", "Does one request cause much computing?", [
    ["often", "Often", "Images, simulations, large tables", 0, 2, 3],
    ["sometimes", "Sometimes", "It can wait in a queue", 1, 1, 2],
    ["never", "Never", "It waits for the database", 2, 0, 0],
  ]],
  ["hiring", "Hiring", "Do you want to hire for it in the next year?", [
    ["yes", "Yes, several", "The market decides how fast", 2, 2, 0],
    ["some", "One or two", "The first is the one that matters", 1, 1, 0],
    ["no", "No", "Whoever is there builds it", 0, 0, 0],
  ]],
  ["lifetime", "Lifetime", "How long will you keep and change it?", [
    ["short", "A year at most", "A trial or a campaign", 1, 1, 0],
    ["medium", "Some years", "The usual product", 1, 1, 1],
    ["long", "Ten years and more", "Changing people, changing versions", 1, 2, 1],
  ]],
];

const questions = script.map(([id, label, text, options]) => ({
  id,
  topic: id,
  label,
  text,
  help: "Choose what comes nearest; you can come back and change it later.",
  why: `The answer moves the points of ${outcomes.length} possible outcomes, some of them a lot.`,
  kind: "choice",
  options: options.map(([option, name, help]) => ({ id: option, label: name, help })),
  ranges: [],
  allow_unknown: false,
  may_skip: false,
}));

/** Points by question and option: a Map of Maps of one number per outcome. */
const points = new Map(script.map(([id, , , options]) =>
  [id, new Map(options.map(([option, , , ...gains]) => [option, gains]))]));

module.exports = { outcomes, questions, points };
