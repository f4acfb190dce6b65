"""An XMPP client on standard input and output, one JSON object a line.

In: {"to", "body", "type": "chat"|"groupchat", "id"?} sends; {"join": room} enters a room.
Out: {"ready": true}, {"joined": room}, {"from", "type", "body"} for every message that arrives.
"""

import asyncio
import json
import sys

import slixmpp


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        self.register_plugin("xep_0045")
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.arrived)

    async def started(self, _):
        self.send_presence()
        say({"ready": True})
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            await self.obey(json.loads(line))
        self.disconnect()

    async def obey(self, wish):
        if "join" in wish:
            await self.plugin["xep_0045"].join_muc_wait(
                wish["join"], self.boundjid.user, maxchars=0)
            say({"joined": wish["join"]})
            return
        message = self.make_message(wish["to"], wish["body"], mtype=wish["type"])
        if "id" in wish:
            message["id"] = wish["id"]
        message.send()

    def arrived(self, message):
        if message["body"]:
            say({"from": str(message["from"]), "type": message["type"], "body": message["body"]})


def say(value):
    print(json.dumps(value), flush=True)


client = Client(sys.argv[1], sys.argv[2])
client.connect((sys.argv[3], int(sys.argv[4])), force_starttls=False, disable_starttls=True)
client.loop.run_until_complete(client.disconnected)
