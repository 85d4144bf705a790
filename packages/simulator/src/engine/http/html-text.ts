// HTML 4.01, section 24: names of the characters from U+00A0 to U+00FF, in order.
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn ' +
  'sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave ' +
  'Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc ' +
  'Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute ' +
  'THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave ' +
  'uacute ucirc uuml yacute thorn yuml'

// The same, sections 24.3 and 24.4: each character with its name.
const symbols =
  '\u0152OElig \u0153oelig \u0160Scaron \u0161scaron \u0178Yuml \u0192fnof \u02C6circ ' +
  '\u02DCtilde \u0391Alpha \u0392Beta \u0393Gamma \u0394Delta \u0395Epsilon \u0396Zeta ' +
  '\u0397Eta \u0398Theta \u0399Iota \u039AKappa \u039BLambda \u039CMu \u039DNu \u039EXi ' +
  '\u039FOmicron \u03A0Pi \u03A1Rho \u03A3Sigma \u03A4Tau \u03A5Upsilon \u03A6Phi \u03A7Chi ' +
  '\u03A8Psi \u03A9Omega \u03B1alpha \u03B2beta \u03B3gamma \u03B4delta \u03B5epsilon ' +
  '\u03B6zeta \u03B7eta \u03B8theta \u03B9iota \u03BAkappa \u03BBlambda \u03BCmu \u03BDnu ' +
  '\u03BExi \u03BFomicron \u03C0pi \u03C1rho \u03C2sigmaf \u03C3sigma \u03C4tau ' +
  '\u03C5upsilon \u03C6phi \u03C7chi \u03C8psi \u03C9omega \u03D1thetasym \u03D2upsih ' +
  '\u03D6piv \u2002ensp \u2003emsp \u2009thinsp \u200Czwnj \u200Dzwj \u200Elrm \u200Frlm ' +
  '\u2013ndash \u2014mdash \u2018lsquo \u2019rsquo \u201Asbquo \u201Cldquo \u201Drdquo ' +
  '\u201Ebdquo \u2020dagger \u2021Dagger \u2022bull \u2026hellip \u2030permil \u2032prime ' +
  '\u2033Prime \u2039lsaquo \u203Arsaquo \u203Eoline \u2044frasl \u20ACeuro \u2111image ' +
  '\u2118weierp \u211Creal \u2122trade \u2135alefsym \u2190larr \u2191uarr \u2192rarr ' +
  '\u2193darr \u2194harr \u21B5crarr \u21D0lArr \u21D1uArr \u21D2rArr \u21D3dArr \u21D4hArr ' +
  '\u2200forall \u2202part \u2203exist \u2205empty \u2207nabla \u2208isin \u2209notin ' +
  '\u220Bni \u220Fprod \u2211sum \u2212minus \u2217lowast \u221Aradic \u221Dprop \u221Einfin ' +
  '\u2220ang \u2227and \u2228or \u2229cap \u222Acup \u222Bint \u2234there4 \u223Csim ' +
  '\u2245cong \u2248asymp \u2260ne \u2261equiv \u2264le \u2265ge \u2282sub \u2283sup ' +
  '\u2284nsub \u2286sube \u2287supe \u2295oplus \u2297otimes \u22A5perp \u22C5sdot ' +
  '\u2308lceil \u2309rceil \u230Alfloor \u230Brfloor \u2329lang \u232Arang \u25CAloz ' +
  '\u2660spades \u2663clubs \u2665hearts \u2666diams'

const names: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ...latin
    .split(' ')
    .map((name, index): [string, string] => [String.fromCharCode(0xa0 + index), `&${name};`]),
  ...symbols.split(' ').map((entry): [string, string] => [entry.charAt(0), `&${entry.slice(1)};`]),
])

/** Text as HTML shows it, in ASCII alone. HTML::Entities: encode_entities */
export function encodeEntities(text: string): string {
  return text.replaceAll(
    /[&<>"']|[^\n\r\t -~]/gu,
    (character) => names.get(character) ?? reference(character.codePointAt(0) ?? 0),
  )
}

/** That module counts bytes in decimal and everything else in hexadecimal digits. */
function reference(code: number): string {
  return code < 0x100 ? `&#${code};` : `&#x${code.toString(16).toUpperCase()};`
}
