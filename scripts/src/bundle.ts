import { bundlePackages } from './bundle-packages.js'

await bundlePackages()
