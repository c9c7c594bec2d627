"""The web server's entrance: `granian --interface wsgi linshuo.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linshuo.config.settings")

application = get_wsgi_application()
