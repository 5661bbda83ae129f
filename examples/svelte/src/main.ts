import { mount } from 'svelte'
import Catalog from './Catalog.svelte'

mount(Catalog, { target: document.querySelector('#root') as Element })
