// What makes answering smoother: one question at a time, voices, the next child. Everything works without it.
// Nothing is stored: answers live in the form, and leave with the page.

const IDLE = 300, LAST = 60, RESET = 20 // seconds
const NAMES = /\S@\S|https?:|www\.|\w\.(com|fr|net|org)\b|(\d[ .\-\/]?){8,}/i // an address, a link, a number: what may not be written
const find = (words, from = document) => from.querySelector(words)
const all = (words, from = document) => [...from.querySelectorAll(words)]

// When a question is put: the same tree the server reads (consultations/conditions.py)
export function relevant(tree, answers) {
  if (!tree) return true
  const [word, ...rest] = tree
  if (word === "and") return rest.every(each => relevant(each, answers))
  if (word === "or") return rest.some(each => relevant(each, answers))
  if (word === "not") return !relevant(rest[0], answers)
  const [name, wanted] = rest
  const said = Object.hasOwn(answers, name) ? answers[name] : undefined
  if (word === "filled") return said !== undefined
  if (word === "empty") return said === undefined
  if (said === undefined) return false
  if (word === "has") return said.includes(wanted)
  return { "=": said === wanted, "!=": said !== wanted, "<": said < wanted, "<=": said <= wanted, ">": said > wanted, ">=": said >= wanted }[word]
}

// One screen takes the place of another: a single entry in the history, nothing to go back to
async function follow(form, button) {
  const fields = new FormData(form)
  if (button?.name) fields.append(button.name, button.value)
  fields.set("js", "1")
  let page
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), cache: "no-store" })
    page = new DOMParser().parseFromString(await answer.text(), "text/html")
  } catch {
    return tell(form, document.body.dataset.offline)
  }
  document.title = page.title
  document.documentElement.lang = page.documentElement.lang
  document.documentElement.dir = page.documentElement.dir
  document.body.replaceWith(page.body)
  begin()
  find(find("form[data-walk]") ? ".question:not([hidden]) :is(legend, .note)" : "h1")?.focus()
  scrollTo(0, 0)
}

// What went wrong, before what it is about
function tell(place, words) {
  const told = find(".told", place) || document.createElement("p")
  told.className = "wrong told"
  told.setAttribute("role", "alert")
  place.prepend(told)
  told.textContent = words
}

function begin() {
  all("form[action='/e/page']").forEach(form => form.addEventListener("submit", event => {
    event.preventDefault()
    follow(form, event.submitter)
  }))
  all("audio").forEach(speak)
  all("input[type=checkbox]").forEach(box => box.addEventListener("change", () => alone(box)))
  const walk = find("form[data-walk]")
  if (walk) part(walk)
  const reset = find("[data-reset]")
  if (reset) leave(reset)
  const print = find("[data-go=print]")
  count_boxes()
  const enrol = find("[data-enrol]")
  if (enrol) enrol.onclick = () => prepare(enrol.dataset.enrol)
  if (print) { print.hidden = false; print.onclick = () => window.print() }
}

// "I don't know" stands alone among boxes to tick
function alone(box) {
  if (!box.checked) return
  all("input", box.form).filter(other => other.name === box.name && other !== box && (box.dataset.alone !== undefined || other.dataset.alone !== undefined))
    .forEach(other => { other.checked = false })
}

// The house's letters: fetched once a question stands, worn from the next one on, so that nothing moves under the eyes
let letters = null

function fetch_letters() {
  const said = find("meta[name=letters]")?.content.split(" ") || []
  const faces = said.flatMap((weight, n) => (n % 2 ? [] : [new FontFace("Atkinson Hyperlegible", `url(${said[n + 1]})`, { weight })]))
  letters = []
  Promise.all(faces.map(face => face.load())).then(() => { letters = faces }).catch(() => {})
}

const wear = () => letters?.splice(0).forEach(face => document.fonts.add(face))

// A recorded voice: one button, pause and play
function speak(sound) {
  const [button, plays] = speaker(sound, sound.dataset.label)
  button.onclick = () => {
    if (!sound.paused) return sound.pause()
    hush()
    sound.play().catch(() => plays(false))
  }
  sound.onplay = () => plays(true)
  sound.onpause = sound.onended = () => plays(false)
  sound.hidden = true
}

// Without a recording: a voice of the device itself, for the language of the words. None: no button
const voice = lang => window.speechSynthesis?.getVoices().find(each => each.localService && each.lang.split(/[-_]/)[0] === lang.split("-")[0])

function aloud(form) {
  const add = (place, words, n) => {
    const lang = (find("[lang]", words) || words.closest("[lang]")).lang
    if (!voice(lang) || find(":scope > audio, :scope > .listen", place.parentElement)) return
    const label = n ? form.dataset.listenOption.replace("{option}", words.textContent) : form.dataset.listen
    const [button, plays] = speaker(place, label)
    button.onclick = () => {
      const playing = button.getAttribute("aria-pressed") === "true"
      hush()
      if (playing) return plays(false)
      const said = new SpeechSynthesisUtterance((n ? `${n}. ` : "") + words.textContent)
      said.voice = voice(lang)
      said.lang = said.voice.lang
      said.onstart = () => plays(true)
      said.onend = said.onerror = () => plays(false)
      speechSynthesis.speak(said)
    }
  }
  all(".question", form).forEach(question => {
    const asked = find("legend, .note", question)
    add(asked, asked)
    all(".answer label", question).forEach((label, n) => add(label, find("span", label), n + 1))
  })
}

function speaker(place, label) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "listen"
  button.setAttribute("aria-label", label)
  button.setAttribute("aria-pressed", "false")
  button.innerHTML = '<svg aria-hidden="true" viewBox="0 0 24 24"><path d="M4 9v6h4l5 4V5L8 9z"/><path d="M16 8a5 5 0 0 1 0 8M18.500 5.500a9 9 0 0 1 0 13" fill="none" stroke="currentColor" stroke-width="2"/></svg>'
  place.after(button)
  return [button, playing => {
    button.setAttribute("aria-pressed", playing)
    place.closest(".answer, fieldset, section, p")?.classList.toggle("heard", playing)
  }]
}

function hush() {
  all("audio").forEach(sound => sound.pause())
  window.speechSynthesis?.cancel()
}

// A part, question by question
function part(form) {
  const body = JSON.parse(form.dataset.walk)
  const questions = all(".question", form)
  const screens = Object.fromEntries(all("[data-screen]").map(each => [each.dataset.screen, each]))
  const count = find("[data-count]"), squares = find(".squares")
  const leaves = find(".stop")
  let at = 0, now = "", before = "", stops = false

  const given = question => {
    const text = find("textarea", question)?.value.replace(/[\p{C}\p{Z}]+/gu, " ").trim()
    if (text) return { code: text }
    const chosen = all("input:checked", question)
    if (!chosen.length) return null
    if (chosen[0].dataset.alone !== undefined) return { code: chosen[0].value }
    const kind = question.dataset.kind
    if (kind === "many") return { code: chosen.map(box => +box.value), said: chosen.map(box => box.dataset.name) }
    return { code: +chosen[0].value, said: kind === "integer" ? +chosen[0].value : chosen[0].dataset.name }
  }

  // What is put, and what has been said of it: an answer to what is no longer put counts for nothing
  const put = () => {
    const known = { age_band: body.age_band }, answers = {}, shown = []
    if (body.gender !== "no") known.gender = body.gender
    for (const question of questions) {
      if (!relevant(JSON.parse(question.dataset.relevance || "null"), known)) continue
      shown.push(question)
      const answer = given(question)
      if (!answer) continue
      answers[question.dataset.question] = answer.code
      if (answer.said !== undefined) known[question.dataset.question] = answer.said
    }
    return { shown, answers }
  }

  const show = (screen, focus = true) => {
    now = screen
    if (leaves) leaves.hidden = screen === "stop"
    form.hidden = screen !== ""
    for (const [name, each] of Object.entries(screens)) each.hidden = name !== screen
    const { shown } = put()
    at = Math.max(0, Math.min(at, shown.length - 1))
    questions.forEach(question => { question.hidden = question !== shown[at] })
    find("[data-go=back]", form).hidden = at === 0
    count.textContent = screen ? "" : count.dataset.count.replace("{n}", at + 1).replace("{all}", shown.length)
    if (screen !== "sent" && screen !== "kept") squares.replaceChildren(...shown.map((_question, n) => {
      const square = document.createElement("i")
      square.className = n < at || screen === "end" ? "full" : n === at ? "here" : ""
      return square
    }))
    hush()
    if (!focus) return
    wear()
    find(screen ? "h2" : "legend, .note", screen ? screens[screen] : shown[at])?.focus()
  }

  const go = {
    back: () => { at -= 1; show("") },
    next: () => {
      const { shown } = put(), text = find("textarea", shown[at])
      if (text && NAMES.test(text.value)) return tell(text.parentElement, form.dataset.refused), text.focus()
      find(".told", form)?.remove()
      if (at + 1 < shown.length) at += 1, show("")
      else show("end")
    },
    review: () => { at = 0; show("") },
    erase: () => follow(find("form[action='/e/page']", screens.sent), { name: "step", value: "erase" }),
    stay: () => show(before),
    send,
  }

  async function send() {
    const wrong = find("[data-not-sent]"), waits = find("[data-sending]"), button = find("[data-go=send]")
    wrong.hidden = true
    waits.hidden = false
    button.disabled = true
    const told = { pass: form.dataset.pass, id: form.dataset.id, part: { ...body, a: put().answers } }
    let status = 0
    for (let tries = 0; tries < 4 && status !== 201; tries += 1) {
      try {
        const answer = await fetch("/e/collect", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told), cache: "no-store" })
        status = answer.status
        if (status !== 503) break
        await new Promise(done => setTimeout(done, 1000 * (answer.headers.get("Retry-After") || 3)))
      } catch {
        await new Promise(done => setTimeout(done, 1500))
      }
    }
    waits.hidden = true
    button.disabled = false
    if (status === 201 || status === 202) {
      form.reset()
      stops = true
      count_boxes()
      return show(status === 201 ? "sent" : "kept")
    }
    wrong.textContent = form.dataset[`why${status}`] || wrong.dataset.notSent
    wrong.hidden = false
    wrong.focus()
  }

  aloud(form)
  if (window.speechSynthesis) speechSynthesis.onvoiceschanged = () => aloud(form)
  all("[data-go]").forEach(button => { if (go[button.dataset.go]) button.onclick = () => go[button.dataset.go]() })
  form.addEventListener("submit", event => { event.preventDefault(); go.next() })
  if (leaves) { leaves.type = "button"; leaves.onclick = () => { before = now; show("stop") } }

  // Nobody there any more: everything is erased
  let quiet = 0
  const stir = () => { if (now !== "idle") quiet = 0 }
  for (const kind of ["pointerdown", "keydown", "input"]) form.ownerDocument.addEventListener(kind, stir)
  const watch = setInterval(() => {
    if (!form.isConnected || stops) return clearInterval(watch)
    quiet += 1
    if (quiet === IDLE) { before = now; show("idle") }
    if (now === "idle") {
      find("[data-seconds]").textContent = find("[data-seconds]").dataset.seconds.replace("{n}", IDLE + LAST - quiet)
      if (quiet >= IDLE + LAST) next_child()
    }
  }, 1000)
  if (!letters) fetch_letters()
  const stay = go.stay
  go.stay = () => { quiet = 0; stay() }
  show("", false)
}

// A tablet without a network (tablet.js): what waits is always told
async function count_boxes() {
  const told = find("[data-many]")
  if (!told) return
  const { waiting } = await fetch("/e/waiting").then(answer => answer.json()).catch(() => ({}))
  told.hidden = !waiting
  told.textContent = waiting === 1 ? told.dataset.one : told.dataset.many.replace("{n}", waiting)
}
setInterval(count_boxes, 15000)

async function prepare(code) {
  const told = find("[data-enrolled]"), { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => { told.textContent = data ? told.dataset.enrolled : told.dataset.failed }
  await navigator.serviceWorker.register("/e/tablet.js", { scope: "/e/" })
  const { active } = await navigator.serviceWorker.ready
  active.postMessage(code, [port2])
}

function next_child() {
  all("form").forEach(form => form.reset())
  location.replace(document.body.dataset.code ? `/e/${document.body.dataset.code}` : "/e")
}

// The last screen gives its place up by itself
function leave(told) {
  let left = RESET
  const tick = setInterval(() => {
    if (!told.isConnected) return clearInterval(tick)
    told.textContent = told.dataset.reset.replace("{n}", left)
    if (left-- <= 0) { clearInterval(tick); next_child() }
  }, 1000)
  find("[data-go=next-child]").onclick = event => { event.preventDefault(); next_child() }
}

addEventListener("pageshow", event => { if (event.persisted) location.reload() })
begin()
