# Luming's image with the newsstand and its receivers besides, for deploy/k8s/acceptance.sh alone; never in production.
# buildah build --build-arg LUMING=… --file deploy/images/acceptance.Dockerfile --tag luming-acceptance .
ARG LUMING=localhost/luming:latest

FROM ${LUMING}
USER 0:0
COPY requirements/local.txt /tmp/local.txt
# The mail receiver's library, by the hashes of the lock.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    python3 -m venv /tmp/pip \
    && awk '/^[a-z]/ {keep = /^(aiosmtpd|atpublic|attrs)==/} keep' /tmp/local.txt > /tmp/mail.txt \
    && /tmp/pip/bin/pip install --no-cache-dir --require-hashes --target /opt/mail -r /tmp/mail.txt \
    && rm -rf /tmp/pip /tmp/local.txt /tmp/mail.txt
COPY deploy/__init__.py /app/deploy/__init__.py
COPY deploy/local /app/deploy/local
ENV PYTHONPATH=/app:/opt/mail
USER 10001:10001
HEALTHCHECK NONE
