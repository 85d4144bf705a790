const secondFactors =
  'the recorded server kept second factors in the form of a stand-in, which took a fixed code'

/** Exchanges whose answers are not those of the recorded server, and why. */
export const knownDifferences: Readonly<Record<string, string>> = {
  'url/api2-json-root': 'lists a branch that was added to the recorded server to observe it',
  'url/api2-json-root-slash': 'lists a branch that was added to the recorded server to observe it',
  'auth/tfa-step-2-ok-totp': secondFactors,
  'auth/tfa-step-2-recovery': secondFactors,
  'auth/tfa-single-step-otp': secondFactors,
  'proxy/node-list': 'tells fingerprints of certificates that the recorded nodes have and have not',
  'proxy/cluster-status':
    'the membership of the recorded cluster was made up and counts three of six nodes',
  'task/cluster-tasks': 'the recorded nodes told each other nothing of their tasks',
}

const perlScalars =
  'shows how Perl scalars become JSON, which no operation of the product relies on'
const codedError =
  'an exception with the code 500 of its own, which no operation of the product throws'
const vanished = 'a task whose process ends without a word, which cannot happen here'
const listsVanished = `lists ${vanished}`
const listsEarlier = 'lists tasks that the recorded server had run before the recording began'

/** The same for the exchanges with the branch that was added to observe the plumbing. */
export const knownPlumbingDifferences: Readonly<Record<string, string>> = {
  'url/missing-static-file': 'the recorded server kept these files in a directory of its own',
  'plumbing/values-all': perlScalars,
  'plumbing/values-all-extjs': perlScalars,
  'plumbing/fail-errors500-extjs': codedError,
  'plumbing/fail-errors500-htmljs': codedError,
  'worker/exit-status': vanished,
  'worker/exit-log': vanished,
  'worker/running-in-list-default': listsVanished,
  'worker/running-statusfilter-unknown': listsVanished,
  'worker/running-in-cluster-tasks': listsVanished,
  'worker/cluster-tasks': listsVanished,
  'worker/list-after': listsVanished,
  'worker/list-errors': listsVanished,
  'worker/list-vmid': listsEarlier,
  'worker/list-userfilter-substring': listsEarlier,
  'worker/list-statusfilter-error': listsEarlier,
}
