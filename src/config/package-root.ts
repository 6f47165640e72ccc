/** Where meterd itself lies: the folder of its package.json, whether it runs from sources or from dist/. */

import { existsSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(import.meta.url)

/** '.ts' when running from sources, '.js' when built: drivers are loaded in the same form. */
export const CODE = extname(HERE)

/** The folder above src/: the package itself, or dist/ in it. */
export const CODE_ROOT = join(dirname(HERE), '..', '..')

/** Data such as profiles are not compiled and lie in the package itself. */
export const PACKAGE_ROOT = existsSync(join(CODE_ROOT, 'package.json')) ? CODE_ROOT : dirname(CODE_ROOT)
