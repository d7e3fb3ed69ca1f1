"""A stand-in for Google Cloud Speech v2 on this machine: real gRPC, scripted answers.

It proves how we speak the protocol and take its errors; it says nothing of Google's accuracy,
model names, quotas or permissions. Browser tests reach it over TLS, through the unchanged
production path: start one with ``certificate=self_signed(folder)`` and give the server process
the variables of `StandIn.environment`.
"""

import datetime
import ipaddress
import time
from collections.abc import Sequence
from concurrent import futures
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import grpc
from google.cloud import speech_v2 as v2

API_KEY = "a-key-for-the-stand-in"


@dataclass(frozen=True)
class Heard:
    """An answer: its text, when it ends (s), and what an engine may leave out."""

    text: str
    end: float = 1.0
    confidence: float = 0.0  # 0.0 on the wire means "not given"
    words: tuple[tuple[str, float, float, float], ...] = ()  # text, start, end, confidence
    language: str = "ko-kr"


@dataclass(frozen=True)
class Slow:
    """An answer that comes too late."""

    duration: float  # s


@dataclass(frozen=True)
class Received:
    """One call as the server saw it; a stream has one message a chunk."""

    method: str
    recognizer: str
    config: v2.RecognitionConfig
    messages: tuple[bytes, ...]
    metadata: dict[str, str]


@dataclass(frozen=True)
class Certificate:
    """A key and a certificate for localhost, as files."""

    key: Path
    certificate: Path


def self_signed(folder: Path) -> Certificate:
    """A certificate for localhost, valid for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(hours=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / "localhost.key", folder / "localhost.pem")
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return files


class StandIn:
    """The server; a context manager.

    ``replies`` answer one call each, in order; the last one answers all later calls. A list of
    `Heard` is an answer of several results; a `grpc.StatusCode` is a refusal.
    """

    def __init__(self, *replies, certificate: Certificate | None = None):
        self.replies: Sequence = replies or (Heard("안녕하세요"),)
        self.received: list[Received] = []
        self.certificate = certificate
        self.port = 0

    def __enter__(self) -> "StandIn":
        options = [("grpc.max_receive_message_length", 32 << 20)]
        self._server = grpc.server(futures.ThreadPoolExecutor(4), options=options)
        methods = {
            "Recognize": _method(self._recognize, v2.RecognizeRequest, v2.RecognizeResponse),
            "StreamingRecognize": _method(
                self._stream,
                v2.StreamingRecognizeRequest,
                v2.StreamingRecognizeResponse,
                stream=True,
            ),
        }
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("google.cloud.speech.v2.Speech", methods),)
        )
        self.port = self._listen()
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop(None).wait()

    def _listen(self) -> int:
        if self.certificate is None:
            return self._server.add_insecure_port("127.0.0.1:0")
        pair = (self.certificate.key.read_bytes(), self.certificate.certificate.read_bytes())
        return self._server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))

    @property
    def bytes_received(self) -> int:
        return sum(len(message) for call in self.received for message in call.messages)

    def environment(self) -> dict[str, str]:
        """What a process needs to reach this server as if it were Google, over TLS."""
        assert self.certificate is not None
        return {
            "MALGYEOL_GOOGLE_ENDPOINT": f"localhost:{self.port}",
            "MALGYEOL_GOOGLE_API_KEY": API_KEY,
            "MALGYEOL_GOOGLE_PROJECT": "stand-in",
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(self.certificate.certificate),
        }

    def connect(self, _settings=None) -> v2.SpeechClient:
        """Google's own client over plaintext, for `GoogleEngine(connect=...)`."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud.speech_v2.services.speech.transports import SpeechGrpcTransport

        return v2.SpeechClient(
            transport=SpeechGrpcTransport(
                channel=grpc.insecure_channel(f"127.0.0.1:{self.port}"),
                credentials=AnonymousCredentials(),
            )
        )

    def _next_reply(self, context):
        reply = self.replies[min(len(self.received), len(self.replies)) - 1]
        if isinstance(reply, grpc.StatusCode):
            context.abort(reply, "as the script says")
        if isinstance(reply, Slow):
            time.sleep(reply.duration)
            return [Heard("too late")]
        return reply if isinstance(reply, list) else [reply]

    def _recognize(self, request, context):
        metadata = dict(context.invocation_metadata())
        self.received.append(
            Received("Recognize", request.recognizer, request.config, (request.content,), metadata)
        )
        return v2.RecognizeResponse(
            results=[
                v2.SpeechRecognitionResult(
                    alternatives=[_alternative(heard)],
                    result_end_offset=timedelta(seconds=heard.end),
                    language_code=heard.language,
                )
                for heard in self._next_reply(context)
            ]
        )

    def _stream(self, requests, context):
        first = next(requests)
        assert not first.audio, "the first message carries the config alone"
        rest = list(requests)
        assert not any(r.streaming_config for r in rest), "later messages carry sound alone"
        self.received.append(
            Received(
                "StreamingRecognize",
                first.recognizer,
                first.streaming_config.config,
                tuple(r.audio for r in rest),
                dict(context.invocation_metadata()),
            )
        )
        for heard in self._next_reply(context):
            for is_final, text in ((False, heard.text[:2]), (True, heard.text)):
                result = v2.StreamingRecognitionResult(
                    alternatives=[v2.SpeechRecognitionAlternative(transcript=text)],
                    is_final=is_final,
                    result_end_offset=timedelta(seconds=heard.end),
                )
                yield v2.StreamingRecognizeResponse(results=[result])


def _alternative(heard: Heard) -> v2.SpeechRecognitionAlternative:
    return v2.SpeechRecognitionAlternative(
        transcript=heard.text,
        confidence=heard.confidence,
        words=[
            v2.WordInfo(
                word=text,
                start_offset=timedelta(seconds=start),
                end_offset=timedelta(seconds=end),
                confidence=confidence,
            )
            for text, start, end, confidence in heard.words
        ],
    )


def _method(function, request, response, *, stream=False):
    kind = grpc.stream_stream_rpc_method_handler if stream else grpc.unary_unary_rpc_method_handler
    return kind(
        function,
        request_deserializer=request.deserialize,
        response_serializer=response.serialize,
    )
