/** The file of the example fleet's age key, relative to the project. Its private half is public. */
export const demoKeyFile = "examples/fleet/DEMO-ONLY.agekey";

/** The recipient of that key: a cluster that is not embedded refuses it. */
export const demoRecipient = "age16rhzaah529gsww5kl86mwsy9wee74vpfpre5rxyea43uxvvqugys9wdfed";
