class motd {
}
node default {
  include motd
}
