"""The room as Django sees it."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "linshuo.domain.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """The room keeps what waits at its door in a file of its own."""
        super().import_models()
        import linshuo.domain.needs.complained
        import linshuo.domain.needs.waiting  # noqa: F401  (they register their models)
