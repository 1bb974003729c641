// Package demo owns the replay of the Helsinki trial of 2023 for `omasuunta
// demo`: the trial's units, a user in each role, and 86 assessments of 74
// fictional people, whose answers, scored like anybody's, add up to the published
// table.
//
// Who they are is drawn from a seeded model (content/people.yaml) until the
// segment that package scoring gives them is one that their unit still lacks
// (content/trial.yaml). Everything then enters through the ordinary use cases,
// at the times of a diary between the trial's first and last day. No result, no
// score and no count is written by hand. What is published and what is fiction
// is told in docs/guide/demo.md.
//
// It stands beside the floors: it imports the ground and the first floor, and
// only the command imports it.
package demo
