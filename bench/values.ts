import { parseEmail } from "../src/values/email.js";
import { checkPassword } from "../src/values/password.js";
import { parsePhone } from "../src/values/phone.js";
import { measure, often } from "./measure.js";
import { printFigures } from "./table.js";

const password = "harbour tulip nine cranes";
const context = { service: ["Example"], address: ["ada@example.com"], profile: [] };
const longest = `${"harbour tulip nine cranes ".repeat(9)}and twenty-two boats.`;

/** Prints what it costs to read an address, a number and a password. */
export async function benchValues(): Promise<void> {
  const figures = await measure(
    [
      often("parseEmail, ASCII", 200, () => parseEmail("Ada.Lovelace@Example.com")),
      often("parseEmail, IDN", 200, () => parseEmail("ada@Bücher.Straße.example.com")),
      often("parseEmail, refused (no @)", 200, () => parseEmail("ada.lovelace.example.com")),
      often("parsePhone, national (GB)", 50, () => parsePhone("07400 123461", { country: "GB" })),
      often("parsePhone, international", 50, () => parsePhone("+86 131 2345 6789")),
      often("checkPassword, 25 characters", 50, () => checkPassword(password, { confirmation: password, context })),
      often("checkPassword, 255 characters", 50, () => checkPassword(longest, { confirmation: longest, context })),
    ],
    { rounds: 5, roundMs: 50 },
  );
  printFigures("values", figures);
}
