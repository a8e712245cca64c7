import { wordSet } from '../word-set.ts';

/** Commands whose last argument is running text: a pair of marks. */
export const pairCommands = wordSet(`
  emph textbf textit textsl textsc textsf textrm textup textmd textnormal textmedium underline uline
  textsuperscript textsubscript enquote href textcolor colorbox hl st sout mbox text alert
  foreignlanguage`);

/** Commands whose last argument is a title or a caption: prose of its own. */
export const titleCommands = wordSet(`
  part chapter section subsection subsubsection paragraph subparagraph caption frametitle
  framesubtitle`);

/** Commands that stand between paragraphs, and stay. */
export const blockCommands = wordSet(`
  par maketitle tableofcontents listoffigures listoftables newpage clearpage cleardoublepage
  pagebreak noindent indent medskip bigskip smallskip vspace vfill centering raggedright raggedleft
  input include includeonly subfile bibliography bibliographystyle printbibliography appendix
  includegraphics newcommand renewcommand providecommand newenvironment renewenvironment def let
  usepackage documentclass pagestyle thispagestyle setlength addtolength setcounter addtocounter
  title author date hrule hline rule bibitem lstinputlisting verbatiminput graphicspath
  addcontentsline phantomsection frontmatter mainmatter backmatter tikz hypersetup
  protect relax begingroup endgroup bgroup egroup makeatletter makeatother newtheorem
  DeclareMathOperator theoremstyle pagenumbering onecolumn twocolumn allowdisplaybreaks nocite
  tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge twocolumn titlepage
  opening closing signature address cc encl makelabels telephone location`);

/** Commands that print nothing at their place: they may stand before or after the words. */
export const silentCommands = wordSet('label index glsadd hypertarget leavevmode ignorespaces');

/** Commands that end a line. */
export const breakCommands = wordSet('\\ newline linebreak tabularnewline');

/** Commands that change the font to the end of their group. */
export const fontSwitches = wordSet(`
  bf it em sl sc sf tt rm bfseries itshape slshape scshape sffamily ttfamily rmfamily mdseries
  upshape normalfont tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge`);
