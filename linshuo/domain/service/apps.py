"""The room as Django sees it."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "linshuo.domain.service"
    label = "service"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """The room keeps what hangs on its records, and rotas, in files of their own."""
        super().import_models()
        import linshuo.domain.service.attached
        import linshuo.domain.service.rota_rows  # noqa: F401  (registers its models)
