"""Bytes stored once by their SHA-256, the chain of documents that were issued, its seals and its purges."""

from __future__ import annotations

from django.db import models


class StoredBlob(models.Model):
    """Bytes, known by their SHA-256 in lower-case hexadecimal; ``content`` is null if a bucket has them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField(null=True)
    size = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="blob_size", fields=["sha256", "size"])]  # read without the bytes

    def __str__(self) -> str:
        return self.sha256


class IssuedDocument(models.Model):
    """One document that left, and its link to the one issued before it in the same chain.

    ``chain`` names a billing entity; ``details`` is a JSON text in canonical form, covered by the link.
    """

    chain = models.CharField(max_length=32)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    issued_at = models.DateTimeField()
    details = models.TextField(default="{}")
    previous_link = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_document_per_chain_position", fields=["chain", "position"]),
        ]
        indexes = [models.Index(name="document_by_reference", fields=["reference"])]

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"


class ChainHead(models.Model):
    """The last position and link of a chain, locked while a document is added."""

    chain = models.CharField(max_length=32, primary_key=True)
    position = models.BigIntegerField(default=0)
    link = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"


class DailySeal(models.Model):
    """What every chain had come to on one day; ``content`` is canonical JSON and names the seal before it.

    The same text is kept outside the database, as a file and, where it is asked for, by e-mail.
    """

    number = models.BigIntegerField(primary_key=True)
    date = models.DateField(unique=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.date}"


class Tombstone(models.Model):
    """Stands for bytes that were purged; ``document`` is the record of the purge, which a chain covers."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="+")
    purged_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256
