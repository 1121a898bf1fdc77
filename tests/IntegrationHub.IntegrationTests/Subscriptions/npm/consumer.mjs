// Consumes a subscriber's queue with libraries we did not write, and says one line for each event.
import amqplib from 'amqplib';
import { HTTP } from 'cloudevents';

const connection = await amqplib.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();
await channel.prefetch(50);
await channel.consume(process.env.QUEUE, message => {
  const event = HTTP.toEvent({ headers: { 'content-type': message.properties.contentType }, body: message.content.toString('utf8') });
  event.validate();
  console.log(JSON.stringify({ id: event.id, messageId: message.properties.messageId, type: event.type, sequence: event.sequence }));
  channel.ack(message);
});
console.log(JSON.stringify({ listening: 0 }));
