// On an enrolled tablet alone: the pages of one sitting without a network, each finished part sealed at once, sent later.
// What is kept here is boxes this tablet cannot open; unfinished answers stay in the page.

const KEEPS = "marelle-tablet"
const SIZES = [1024, 2048, 4096, 8192]
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), each => each.charCodeAt(0))
const words = said => btoa(String.fromCharCode(...said)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")
const join = (...all) => Uint8Array.from(all.flatMap(each => [...each]))
const json = (said, status = 200) => new Response(JSON.stringify(said), { status, headers: { "Content-Type": "application/json" } })
const html = said => new Response(said, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } })

// Sealing, as consultations/sealing.py
async function seal(said, Q) {
  const written = new TextEncoder().encode(said), size = SIZES.find(each => each >= written.length)
  const plain = new Uint8Array(size).fill(32)
  plain.set(written)
  const curve = { name: "ECDH", namedCurve: "P-256" }, { subtle } = crypto
  const drawn = await subtle.generateKey(curve, true, ["deriveBits"])
  const R = new Uint8Array(await subtle.exportKey("raw", drawn.publicKey))
  const shared = await subtle.deriveBits({ name: "ECDH", public: await subtle.importKey("raw", Q, curve, false, []) }, drawn.privateKey, 256)
  const ikm = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"])
  const how = { name: "HKDF", hash: "SHA-256", salt: join(R, Q), info: new TextEncoder().encode("marelle sheet v1") }
  const key = await subtle.deriveKey(how, ikm, { name: "AES-GCM", length: 256 }, false, ["encrypt"])
  const kid = new Uint8Array(await subtle.digest("SHA-256", Q)).slice(0, 8)
  const heading = join([1], kid, R), nonce = crypto.getRandomValues(new Uint8Array(12))
  const closed = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: heading }, key, plain)
  return join(heading, nonce, new Uint8Array(closed))
}

// Boxes that wait
function boxes(mode, act) {
  return new Promise((done, fail) => {
    const opens = indexedDB.open(KEEPS, 1)
    opens.onupgradeneeded = () => opens.result.createObjectStore("boxes", { keyPath: "id" })
    opens.onerror = () => fail(opens.error)
    opens.onsuccess = () => {
      const moves = opens.result.transaction("boxes", mode), asked = act(moves.objectStore("boxes"))
      moves.oncomplete = () => { opens.result.close(); done(asked.result) }
      moves.onerror = moves.onabort = () => { opens.result.close(); fail(moves.error) }
    }
  })
}

const known = async () => {
  const found = await (await caches.open(KEEPS)).match("/e/bundle")
  return found?.json()
}

let sending = null
const send = () => (sending ||= sendAll().finally(() => { sending = null }))

// One by one; taken away once received, not before
async function sendAll() {
  const bundle = await known()
  for (const { id, sealed } of await boxes("readonly", store => store.getAll())) {
    const body = JSON.stringify({ pass: bundle.pass, id, sealed })
    const answer = await fetch("/e/collect", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null)
    if (answer?.status !== 201) return
    await boxes("readwrite", store => store.delete(id))
  }
}

const waiting = async () => json({ waiting: await boxes("readonly", store => store.count()) })

async function collect(request) {
  const { id, part } = await request.json(), bundle = await known()
  const sealed = words(await seal(JSON.stringify(part), bytes(bundle.key)))
  await boxes("readwrite", store => store.put({ id, sealed }))
  await Promise.race([send(), new Promise(done => setTimeout(done, 4000))])
  const left = await boxes("readonly", store => store.getKey(id))
  return left ? json({ received: false, kept: true }, 202) : json({ received: true }, 201)
}

// The screens, drawn by the server when the tablet was enrolled
async function walk(request) {
  const fields = new URLSearchParams(await request.text()), bundle = await known()
  const state = { done: [], ...JSON.parse(fields.get("state") || "{}") }, step = fields.get("step"), { screens } = bundle
  const show = name => {
    let page = screens[name].replaceAll("@state@", JSON.stringify(state).replaceAll("&", "&amp;").replaceAll('"', "&quot;"))
    for (const part of state.done) page = page.replace(`name="part" value="${part}"`, "$& disabled")
    return html(page.replaceAll("@id@", state.id).replaceAll("@thread@", state.thread).replaceAll("@gender@", state.gender))
  }
  const squares = () => show(`${state.lang}/${state.band}/parts`)
  const thanks = () => show(state.done.length ? `${state.lang}/${state.band}/thanks` : `${state.lang}/thanks`)
  const part = fields.get("part")
  if (part && state.band) {
    if (state.done.includes(part)) return squares()
    state.part = part
    state.id = crypto.randomUUID()
    state.thread ||= [...crypto.getRandomValues(new Uint8Array(16))].map(each => each.toString(16).padStart(2, "0")).join("")
    return show(`${state.lang}/${state.band}/part/${part}`)
  }
  if (step.startsWith("received") && state.part) state.done.push(state.part)
  if (step.startsWith("received") || step === "erase" || step === "stopped") state.part = ""
  if (step === "language") state.lang = fields.get("lang")
  if (step === "language") return show(`${state.lang}/rights`)
  if (step === "about") return show(`${state.lang}/about`)
  if (["refuse", "finish", "received-last", "stopped"].includes(step)) return thanks()
  if (step === "parts" && fields.has("band")) { state.band = fields.get("band"); state.gender = fields.get("gender") || "no" }
  return state.band ? squares() : show(`${state.lang}/about-missing`)
}

async function media(request) {
  const found = await (await caches.open(KEEPS)).match(request.url)
  if (!found) return fetch(request)
  const asked = /bytes=(\d+)-(\d*)/.exec(request.headers.get("Range") || "")
  if (!asked) return found
  const whole = await found.arrayBuffer(), start = +asked[1], end = Math.min(+(asked[2] || Infinity), whole.byteLength - 1)
  const headers = { "Content-Type": found.headers.get("Content-Type"), "Content-Range": `bytes ${start}-${end}/${whole.byteLength}` }
  return new Response(whole.slice(start, end + 1), { status: 206, headers })
}

async function file() {
  const all = await boxes("readonly", store => store.getAll()), { pass } = await known()
  const headers = { "Content-Type": "application/json", "Content-Disposition": 'attachment; filename="marelle-feuilles.json"' }
  return new Response(JSON.stringify({ pass, boxes: all }), { headers })
}

async function answer(request) {
  const bundle = await known(), { pathname, search } = new URL(request.url)
  if (!bundle) return fetch(request)
  if (pathname === "/e/collect") return collect(request)
  if (pathname === "/e/page") return walk(request)
  if (pathname === "/e/waiting") return send(), waiting()
  if (pathname === "/e/file") return file()
  if (request.mode === "navigate" && !search && pathname === `/e/${bundle.code}`) return html(bundle.screens.door.replaceAll("@state@", "{}"))
  return request.method === "GET" ? media(request) : fetch(request)
}

async function enrol(code) {
  const bundle = await (await fetch(`/e/${code}?tablet=all`)).json(), kept = await caches.open(KEEPS)
  await kept.addAll(bundle.files)
  await kept.put("/e/bundle", json(bundle))
  await clients.claim()
  return true
}

addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil(clients.claim()))
addEventListener("fetch", event => {
  if (new URL(event.request.url).origin === location.origin) event.respondWith(answer(event.request))
})
addEventListener("message", event => event.waitUntil(enrol(event.data).catch(() => false).then(done => event.ports[0].postMessage(done))))
