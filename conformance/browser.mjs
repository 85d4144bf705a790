import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { missingProgram } from './debian.mjs'

const executablePath = '/usr/bin/chromium'

export async function missingChromium() {
  return await missingProgram(executablePath, ['chromium'])
}

/** Has a browser look at the pages of the gateway beside a simulator, and use them as a person does. */
export async function runBrowser({ startPage, user, password }) {
  const profile = mkdtempSync(join(tmpdir(), 'proxkit-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  // Swagger UI alone needs a while for a whole API, and a minute where others compute beside it.
  context.setDefaultTimeout(180_000)
  const { origin } = new URL(startPage)
  const seen = watched(context, origin)
  const page = await context.newPage()
  const visit = { page, origin, user, password }
  const results = []
  try {
    for (const [name, check] of Object.entries(checks)) {
      results.push(await resultOf(name, () => check(visit)))
    }
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
  const nothing = (name, found) =>
    results.push({ name, passed: found.length === 0, detail: found.slice(0, 5).join('; ') })
  nothing('no request leaves the machine', seen.elsewhere)
  nothing('no page has an error', seen.errors)
  return results
}

/** What is asked of other hosts, and what goes wrong in the pages. */
function watched(context, origin) {
  const elsewhere = []
  const errors = []
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol) && asked !== origin) elsewhere.push(request.url())
  })
  context.on('console', (message) => {
    // A login that is refused on purpose is told there, too.
    const { url } = message.location()
    if (message.type() === 'error' && !url.endsWith('/access/ticket')) errors.push(message.text())
  })
  context.on('weberror', (error) => errors.push(String(error.error())))
  return { elsewhere, errors }
}

async function resultOf(name, check) {
  try {
    await check()
    return { name, passed: true }
  } catch (error) {
    return { name, passed: false, detail: String(error).slice(0, 500) }
  }
}

const checks = {
  async 'the start page asks for a login, and refuses a wrong one'({ page, origin, user }) {
    await page.goto(origin)
    await page.getByRole('heading', { name: 'Log in to see the cluster' }).waitFor()
    same(await page.getByLabel('User').inputValue(), user)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').getByText('authentication failure').waitFor()
    same(await page.locator('#cluster').isVisible(), false)
  },
  async 'the start page shows nodes, guests and storages'({ page, password }) {
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Live').waitFor()
    same(await page.locator('#nodes h3').allTextContents(), ['pve1', 'pve2', 'pve3'])
    const guests = page.getByRole('table', { name: 'Guests of pve1' })
    same(
      await guests
        .getByRole('row', { name: /^web-1 100/ })
        .locator('.status')
        .innerText(),
      'running',
    )
    const storages = page.getByRole('table', { name: 'Storages of pve3' })
    same(await storages.getByRole('rowheader').locator('.name').allTextContents(), [
      'local',
      'local-lvm',
      'tank',
    ])
  },
  async 'a login lasts for the next visit'({ page, user }) {
    await page.reload()
    await page.getByRole('status').getByText('Live').waitFor()
    same(await page.locator('#user').innerText(), user)
  },
  async 'a guest is started and stopped by its button, with the keyboard'({ page }) {
    const [start, stop] = ['Start sandbox (106)', 'Stop sandbox (106)']
    await page.getByRole('button', { name: start }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: stop }).waitFor()
    await page.getByRole('row', { name: /qmstart 106 pve1 .* OK/ }).waitFor()
    // The one that was pressed: its focus is kept.
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: start }).waitFor()
    await page.getByRole('row', { name: /qmstop 106 pve1 .* OK/ }).waitFor()
  },
  async 'Swagger UI creates a virtual machine'({ page, origin, user }) {
    await page.goto(`${origin}/docs`)
    await page.getByText(`logged in as ${user}`).waitFor()
    await page.locator('[data-tag="nodes/qemu"]').click()
    const operation = page.locator('[id$="-postNodesNodeQemu"]')
    await operation.locator('.opblock-summary-control').click()
    await operation.getByRole('button', { name: 'Try it out' }).click()
    await operation.getByPlaceholder('node').fill('pve2')
    await operation
      .locator('textarea')
      .first()
      .fill(JSON.stringify({ vmid: 4711, name: 'from-the-docs', memory: 512 }))
    await operation.getByRole('button', { name: 'Execute' }).click()
    const status = operation.locator('.live-responses-table .response-col_status').last()
    await status.getByText('202').waitFor()
  },
  async 'the start page shows the machine that was created'({ page, origin }) {
    await page.goto(origin)
    const guests = page.getByRole('table', { name: 'Guests of pve2' })
    await guests.getByRole('row', { name: /^from-the-docs 4711/ }).waitFor()
  },
  async 'it fits a narrow screen'({ page }) {
    await page.setViewportSize({ width: 360, height: 740 })
    same(await page.evaluate(() => document.documentElement.scrollWidth), 360)
    await page.setViewportSize({ width: 1280, height: 800 })
  },
  async 'Redoc draws the operations that are chosen'({ page, origin }) {
    await page.goto(`${origin}/redoc`)
    await drawn(page, 'access')
    await page.getByLabel('Part of the API').selectOption('nodes/lxc')
    await drawn(page, 'nodes/lxc')
  },
  async 'logging out hides the cluster on every page'({ page, origin }) {
    await page.goto(origin)
    const other = await page.context().newPage()
    await other.goto(origin)
    await other.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('heading', { name: 'Log in to see the cluster' }).waitFor()
    same(await page.locator('#cluster').isVisible(), false)
  },
}

/** Waits until Redoc has drawn as many operations as the choice of this part says. */
async function drawn(page, part) {
  const option = page.locator(`#part option[value="${part}"]`)
  const count = Number(/\((\d+)\)/.exec((await option.textContent()) ?? '')?.[1])
  const operations = page.locator('#redoc [data-section-id*="operation/"]')
  await operations.nth(count - 1).waitFor({ state: 'attached' })
  same(await operations.count(), count)
}

function same(found, wanted) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`found ${one} in place of ${other}`)
}
