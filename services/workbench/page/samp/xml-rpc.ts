/** What SAMP passes around: text, lists and maps (SAMP 1.3, section 3.3). */
export type SampValue = string | readonly SampValue[] | { readonly [name: string]: SampValue };

/** A hub refused a call. */
export class SampFault extends Error {
  override readonly name = 'SampFault';
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (character) => ENTITIES[character]!);

/** A call as XML-RPC (http://xmlrpc.com/spec.md), which is how SAMP talks. */
export function encodeCall(method: string, parameters: readonly SampValue[]): string {
  const encoded = parameters.map((value) => `<param>${encodeValue(value)}</param>`).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${escaped(method)}</methodName><params>${encoded}</params></methodCall>`;
}

function encodeValue(value: SampValue): string {
  if (typeof value === 'string') return `<value><string>${escaped(value)}</string></value>`;
  if (isList(value)) return `<value><array><data>${value.map(encodeValue).join('')}</data></array></value>`;
  const members = Object.entries(value).map(
    ([name, member]) => `<member><name>${escaped(name)}</name>${encodeValue(member)}</member>`,
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

const isList = (value: SampValue): value is readonly SampValue[] => Array.isArray(value);

/** What a call was answered. @throws {SampFault} what the hub refused it with, or that the answer is none */
export function decodeAnswer(xml: string): SampValue {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const fault = document.querySelector('methodResponse > fault > value');
  if (fault) {
    const value = decodeValue(fault);
    const text = typeof value === 'object' && 'faultString' in value ? value['faultString'] : undefined;
    throw new SampFault(typeof text === 'string' ? text : 'the hub refused');
  }
  const value = document.querySelector('methodResponse > params > param > value');
  if (!value) throw new SampFault('what answers at the address of the SAMP hub is none');
  return decodeValue(value);
}

function decodeValue(value: Element): SampValue {
  const typed = value.firstElementChild;
  if (!typed) return value.textContent ?? '';
  if (typed.tagName === 'array') {
    return [...(typed.querySelector(':scope > data')?.children ?? [])].map(decodeValue);
  }
  if (typed.tagName === 'struct') {
    return Object.fromEntries(
      [...typed.children].map((member) => {
        const [name, inside] = ['name', 'value'].map((tag) => member.querySelector(`:scope > ${tag}`));
        return [name?.textContent ?? '', inside ? decodeValue(inside) : ''];
      }),
    );
  }
  return typed.textContent ?? '';
}
