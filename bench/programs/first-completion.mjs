import { editors } from '../editors.mjs'

console.log(JSON.stringify({ milliseconds: editors[process.env.CLIENT]().complete() }))
