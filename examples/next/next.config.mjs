/** @type {import('next').NextConfig} */
export default {
  // one copy of prom-client for pages and routes: /api/metrics counts the calls of both
  serverExternalPackages: ['prom-client', '@fluxgate/core', '@fluxgate/listeners'],
}
