import { createApp } from 'vue'
import Catalog from './catalog.vue'

createApp(Catalog).mount('#root')
