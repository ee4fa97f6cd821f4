# One image for web, worker and relay; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RUFBUS_DATA=/srv/rufbus/data \
    NUMBA_CACHE_DIR=/srv/rufbus/data/compiled

# A user without rights. The data folder is a volume; everything else is read only for it.
RUN useradd --system --uid 10001 --no-create-home --home-dir /srv/rufbus rufbus \
    && install --directory --owner rufbus --group rufbus /srv/rufbus/data

WORKDIR /srv/rufbus/app
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN python -c "from backend.config.catalogues import compile_catalogues; compile_catalogues()"

USER rufbus
EXPOSE 8000
VOLUME /srv/rufbus/data
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000", "--no-worker"]
