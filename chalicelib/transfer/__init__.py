"""An account as a file of JSON lines: `python -m chalicelib.transfer export | import | verify`.

| line       | holds                                                                                        |
|------------|----------------------------------------------------------------------------------------------|
| `export`   | the first: format, release, the account, where its feed ended, which server secret sealed it |
| `event`    | a row of the feed, or of what hangs on it: the deliveries of a hook, the mails to a user     |
| `file`     | a piece of an object in S3, as base64                                                        |
| `record`   | a row of a kind, from invoices to the pointers that find them; the head comes last           |
| `lookup`   | a global key: a log-in, the hash of a token, an invitation                                   |
| `round`    | that a schedule visits the account                                                           |
| `end`      | the last: how many lines of each, and the hash of them all                                   |

Bodies are readable; amounts are text. An export holds one moment of an account: its head, which every commit
moves, was the same before and after. Only what is noted beside the head, deliveries of webhooks and the last
use of tokens, may be some moments younger. An unchanged account gives the same file again.
"""
