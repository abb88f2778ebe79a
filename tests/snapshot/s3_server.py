"""An S3 server on a free port of this machine, by moto; run by a Python that has it, and told over standard output.

One request is answered after the other: a put on a condition has to look and write with nobody coming in between.
"""


def main() -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    print(server.port, flush=True)  # noqa: T201 - who started it reads it here
    server.serve_forever()


if __name__ == "__main__":
    main()
