// Rounds: what each is called, what a group does in it, and on which screen.

import { plain, t } from "./words.js";

/** Return the name of a round. */
export function roundName(round) {
  switch (round) {
    case "briefing":
      return t("Briefing");
    case "predict":
      return t("Guessing");
    case "reveal":
      return t("Figures");
    case "debate":
      return t("Debate");
    case "vote":
      return t("Voting");
    default:
      return t("Result");
  }
}

/** Return what a group does in a round. */
export function roundTask(round) {
  switch (round) {
    case "briefing":
      return plain(
        t("Listen and look around. Everybody can move levers under “Explore”."),
        t("Listen. Look around."),
      );
    case "predict":
      return t("Guess what design B changes, under “Predict”.");
    case "reveal":
      return t("The figures are shown. What surprised you?");
    case "debate":
      return plain(
        t("Build a design of your own under “Explore” and submit it here. Discuss."),
        t("Make your own design. Send it here. Talk about it."),
      );
    case "vote":
      return plain(
        t("Every phone has one vote. It can be changed until the vote closes."),
        t("Choose the best design."),
      );
    default:
      return t("The vote is closed. This is the result.");
  }
}

/** Return the screen on which a round takes place. */
export function roundScreen(round) {
  return ["predict", "reveal"].includes(round) ? "predict" : "room";
}
