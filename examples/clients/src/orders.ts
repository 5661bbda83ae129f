import { Kafka, logLevel } from 'kafkajs'
import { orders } from './circuits.js'

const kafka = new Kafka({
  brokers: [process.env.KAFKA_BROKER ?? 'localhost:9092'],
  connectionTimeout: 1_000,
  retry: { retries: 0 }, // the circuit sees each failure
  logLevel: logLevel.NOTHING,
})
const producer = kafka.producer()

export const publish = orders.wrap(async (value: string) => {
  await producer.connect() // does nothing while connected
  await producer.send({ topic: 'orders', messages: [{ value }] })
})
