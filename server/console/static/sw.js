// Keeps style, script, icons and one page that says "offline". A page or an answer that may show a draft is never kept:
// only the addresses in SHELL are ever looked up or put into the cache.
"use strict";

const CACHE = "hippolint-shell-1";
const OFFLINE = "/check/offline";
const SHELL = [
  OFFLINE,
  "/static/hippolint.css",
  "/static/check.css",
  "/static/check.js",
  "/static/icon.svg",
  "/static/icon-192.png",
];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload", credentials: "omit" })))),
  );
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return; // a draft goes past this script
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (SHELL.includes(path)) {
    event.respondWith(fetch(request).catch(() => caches.match(path)));
  }
});
