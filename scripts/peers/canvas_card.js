// The classic welcome card, drawn by @napi-rs/canvas the way a bot in JavaScript would: what does not change is prepared
// once.
//
// usage: canvas_card.js warm|cold jpeg|png CARDS INPUTS OUT
// Writes the last card to OUT and prints figures as JSON: see crates/card/benches/card/figures.rs.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

// The package lies in the folder that this is started in, not beside this file.
const { createCanvas, GlobalFonts, loadImage } = createRequire(join(process.cwd(), 'package.json'))('@napi-rs/canvas')

const [way, kind, cards, inputs, out] = process.argv.slice(2)
const fonts = resolve(import.meta.dirname, '../../crates/card/fonts')
GlobalFonts.registerFromPath(join(fonts, 'NotoSans-Bold.ttf'), 'Card Bold')
GlobalFonts.registerFromPath(join(fonts, 'NotoSansCJKtc-Bold.otf'), 'Card CJK Bold')
GlobalFonts.registerFromPath(join(fonts, 'NotoSans-Regular.ttf'), 'Card')

const WIDTH = 1024
const HEIGHT = 512
const PANEL = { left: 36, top: 36, width: 952, height: 440, radius: 36 }
const BLUR = 14
const AVATAR = { left: 88, top: 132, side: 248 }
const WHITE = '#ffffff'

async function prepare(background) {
  const picture = await loadImage(background)
  const base = createCanvas(WIDTH, HEIGHT)
  const context = base.getContext('2d')
  context.imageSmoothingQuality = 'high'
  const scale = Math.max(WIDTH / picture.width, HEIGHT / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  context.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height)

  const { left, top, radius } = PANEL
  const small = createCanvas(PANEL.width / BLUR, PANEL.height / BLUR)
  const smallContext = small.getContext('2d')
  smallContext.imageSmoothingQuality = 'high'
  smallContext.drawImage(base, left, top, PANEL.width, PANEL.height, 0, 0, small.width, small.height)

  context.save()
  context.shadowColor = 'rgba(0, 0, 0, 0.42)'
  context.shadowBlur = 34
  context.shadowOffsetY = 8
  context.beginPath()
  context.roundRect(left, top, PANEL.width, PANEL.height, radius)
  context.fillStyle = 'rgb(10, 13, 28)'
  context.fill()
  context.restore()
  context.save()
  context.beginPath()
  context.roundRect(left, top, PANEL.width, PANEL.height, radius)
  context.clip()
  context.drawImage(small, left, top, PANEL.width, PANEL.height)
  context.fillStyle = 'rgba(10, 13, 28, 0.68)'
  context.fillRect(left, top, PANEL.width, PANEL.height)
  context.restore()
  context.strokeStyle = 'rgba(255, 255, 255, 0.16)'
  context.lineWidth = 1.5
  context.beginPath()
  context.roundRect(left + 0.75, top + 0.75, PANEL.width - 1.5, PANEL.height - 1.5, radius)
  context.stroke()

  const middle = AVATAR.side / 2
  const gradient = context.createLinearGradient(0, AVATAR.top - 12, 0, AVATAR.top + AVATAR.side + 12)
  gradient.addColorStop(0, 'rgb(150, 130, 255)')
  gradient.addColorStop(1, 'rgb(84, 228, 204)')
  context.strokeStyle = gradient
  context.lineWidth = 5
  context.beginPath()
  context.arc(AVATAR.left + middle, AVATAR.top + middle, middle + 9.5, 0, 2 * Math.PI)
  context.stroke()
  return base
}

// One canvas for all cards: a new one each time is slower.
const card = createCanvas(WIDTH, HEIGHT)
const context = card.getContext('2d')
context.imageSmoothingQuality = 'high'

async function draw(base, avatar) {
  const picture = await loadImage(avatar)
  context.drawImage(base, 0, 0)
  const middle = AVATAR.side / 2
  context.save()
  context.beginPath()
  context.arc(AVATAR.left + middle, AVATAR.top + middle, middle, 0, 2 * Math.PI)
  context.clip()
  context.drawImage(picture, AVATAR.left, AVATAR.top, AVATAR.side, AVATAR.side)
  context.restore()

  context.textBaseline = 'alphabetic'
  context.fillStyle = 'rgb(126, 232, 214)'
  context.font = '24px "Card Bold"'
  context.letterSpacing = '4.8px'
  context.fillText('WELCOME', 390, 143)
  context.letterSpacing = '0px'
  context.fillStyle = WHITE
  context.font = '88px "Card Bold", "Card CJK Bold"'
  context.fillText('Ada 小林', 390, 238)
  context.fillStyle = 'rgb(206, 213, 234)'
  context.font = '33px "Card"'
  context.fillText('joined The Tea House', 390, 305)
  context.font = '24px "Card Bold"'
  const number = 'Member #1,234'
  context.fillStyle = 'rgba(255, 255, 255, 0.13)'
  context.beginPath()
  context.roundRect(390, 339, context.measureText(number).width + 48, 48, 24)
  context.fill()
  context.fillStyle = WHITE
  context.fillText(number, 414, 372)
  return kind === 'jpeg' ? card.encodeSync('jpeg', 90) : card.encodeSync('png')
}

// What all threads of this process have used of the cores.
function cpuNs() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

function memoryKib(name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1])
}

const background = readFileSync(join(inputs, 'background.jpg'))
const avatar = readFileSync(join(inputs, 'avatar.png'))
let base = await prepare(background)
let data = await draw(base, avatar)
const startNs = cpuNs()
const cardsNs = []
for (let index = 0; index < Number(cards); index += 1) {
  const began = cpuNs()
  if (way === 'cold') {
    base = await prepare(background)
  }
  data = await draw(base, avatar)
  cardsNs.push(cpuNs() - began)
}
writeFileSync(out, data)
console.log(JSON.stringify({
  start_ns: startNs, cards_ns: cardsNs, bytes: data.length,
  anonymous_kib: memoryKib('RssAnon'), peak_kib: memoryKib('VmHWM'),
}))
