/**
 * What people choose when asked for a password, in lower case; two joined and repetitions are refused too.
 *
 * Short on purpose: what a browser loads. The blocklist and a service for breached passwords know the long tail.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
  password passwort passw0rd p@ssword p@ssw0rd pa55word pa55w0rd pass passe passphrase passcode password! motdepasse
  contrasena wachtwoord parola senha haslo heslo mima secret secreto geheim letmein welcome welkom willkommen bienvenue
  changeme changeit default temporary temp guest user username login signin root admin administrator superuser master
  test tester testing sample example demo hello hallo bonjour hola ciao goodbye computer internet windows microsoft
  google facebook instagram twitter youtube amazon apple iphone samsung android linux ubuntu oracle server network
  iloveyou loveyou ilove love lover lovely loveme iloveme teamo jetaime tequiero amor princess prince sweetheart sweety
  honey sugar angel angels baby babygirl darling beautiful princesa sunshine rainbow flower butterfly
  monkey dragon tiger lion eagle shadow phoenix dolphin panther kitten puppy horse chicken turtle
  football baseball basketball softball soccer hockey tennis golf futbol rugby cricket liverpool arsenal chelsea
  barcelona realmadrid juventus manchester steelers yankees cowboys lakers
  superman batman spiderman ironman starwars startrek pokemon pikachu naruto minecraft fortnite matrix gandalf
  freedom forever whatever trustno1 nothing something anything everything friends family mother father mommy daddy
  brother sister summer winter spring autumn sommer monday friday sunday january february april august september
  october november december birthday christmas happy lucky blessed jesus jesuschrist heaven godisgood
  michael jennifer jessica ashley daniel thomas charlie jordan michelle andrew joshua matthew robert anthony william
  nicole amanda george alexander elizabeth maria
  killer hunter ranger maverick mustang ferrari porsche corvette mercedes harley yamaha cheese chocolate banana cookie
  pepper ginger orange purple silver golden diamond money dollar bitcoin rockstar metallica nirvana
  qwerty qwertz azerty qwert asdf asdfgh zxcvbn qazwsx qwaszx 1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 zaq12wsx
  abc123 abcd1234 a1b2c3 a1b2c3d4 abc pass123 password1 password123 admin123 welcome1 qwerty123 iloveyou1
  147258369 159357 159753 13579 24680 987654321 1029384756 5201314 woaini 121212 123123 112233 131313 696969 101010
  correcthorsebatterystaple opensesame abracadabra thequickbrownfox
  `
    .trim()
    .split(/\s+/),
);
