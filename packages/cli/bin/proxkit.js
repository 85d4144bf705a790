#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'

const main = new URL('../bundle/main.js', import.meta.url)

if (existsSync(main)) {
  // Node 22 and later keep what they compiled for the next start.
  module.enableCompileCache?.()
  await import(main.href)
} else {
  console.error('proxkit: this copy is not built yet: run `npm run build` in the repository first')
  process.exitCode = 1
}
