// Before all tests: those that start a program start what was compiled last.
export { bundlePackages as setup } from '../scripts/src/bundle-packages.js'
