"""Which distribution a part of a namespace package comes from.

A namespace package (PEP 420) has no distribution of its own: `google.cloud.storage` comes from
`google-cloud-storage`, `google.auth` from `google-auth`. The name of the whole, `google`, is
that of an unrelated distribution, or of none.

Source: the files in the wheels on PyPI, read on 2026-11-26, of the distributions of these
namespaces among the 6,000 most downloaded ones. A row names a distribution and its modules.
"""

from __future__ import annotations

from typing import Mapping

__all__ = ["NAMESPACES", "PARTS", "decisive", "is_namespace", "part_of"]

_TABLE = """
azure-ai-agents azure.ai.agents
azure-ai-contentsafety azure.ai.contentsafety
azure-ai-documentintelligence azure.ai.documentintelligence
azure-ai-formrecognizer azure.ai.formrecognizer
azure-ai-inference azure.ai.inference
azure-ai-ml azure.ai.ml
azure-ai-projects azure.ai.projects
azure-ai-textanalytics azure.ai.textanalytics
azure-ai-vision-imageanalysis azure.ai.vision.imageanalysis
azure-appconfiguration azure.appconfiguration
azure-applicationinsights azure.applicationinsights
azure-batch azure.batch
azure-cognitiveservices-speech azure.cognitiveservices.speech
azure-common azure.common azure.profiles
azure-communication-email azure.communication.email
azure-containerregistry azure.containerregistry
azure-core azure.core
azure-core-tracing-opentelemetry azure.core.tracing.ext.opentelemetry_span
azure-cosmos azure.cosmos
azure-cosmosdb-nspkg azure.cosmosdb
azure-cosmosdb-table azure.cosmosdb.table
azure-data-tables azure.data.tables
azure-datalake-store azure.datalake.store
azure-devops azure.devops
azure-eventgrid azure.eventgrid
azure-eventhub azure.eventhub
azure-eventhub-checkpointstoreblob-aio azure.eventhub.extensions.checkpointstoreblobaio
azure-functions azure.functions
azure-functions-durable azure.durable_functions
azure-graphrbac azure.graphrbac
azure-identity azure.identity
azure-keyvault-administration azure.keyvault.administration
azure-keyvault-certificates azure.keyvault.certificates
azure-keyvault-keys azure.keyvault.keys
azure-keyvault-secrets azure.keyvault.secrets
azure-keyvault-securitydomain azure.keyvault.securitydomain
azure-kusto-data azure.kusto.data
azure-kusto-ingest azure.kusto.ingest
azure-loganalytics azure.loganalytics
azure-monitor-ingestion azure.monitor.ingestion
azure-monitor-opentelemetry azure.monitor.opentelemetry
azure-monitor-opentelemetry-exporter azure.monitor.opentelemetry.exporter
azure-monitor-query azure.monitor.query
azure-multiapi-storage azure.multiapi
azure-schemaregistry azure.schemaregistry
azure-schemaregistry-avroserializer azure.schemaregistry.serializer.avroserializer
azure-search-documents azure.search.documents
azure-servicebus azure.servicebus
azure-servicefabric azure.servicefabric
azure-servicemanagement-legacy azure.servicemanagement
azure-storage-blob azure.storage.blob
azure-storage-common azure.storage.common
azure-storage-file azure.storage.file
azure-storage-file-datalake azure.storage.filedatalake
azure-storage-file-share azure.storage.fileshare
azure-storage-queue azure.storage.queue
azure-synapse-accesscontrol azure.synapse.accesscontrol
azure-synapse-artifacts azure.synapse.artifacts
azure-synapse-managedprivateendpoints azure.synapse.managedprivateendpoints
azure-synapse-spark azure.synapse.spark
backports-datetime-fromisoformat backports.datetime_fromisoformat
backports.asyncio.runner backports.asyncio.runner
backports.cached-property backports.cached_property
backports.csv backports.csv
backports.entry-points-selectable backports.entry_points_selectable
backports.functools-lru-cache backports.functools_lru_cache
backports.shutil-get-terminal-size backports.shutil_get_terminal_size
backports.strenum backports.strenum
backports.tarfile backports.tarfile
backports.tempfile backports.tempfile
backports.weakref backports.weakref
backports.zstd backports.zstd
google-adk google.adk
google-ads google.ads.googleads
google-ai-generativelanguage google.ai
google-analytics-admin google.analytics.admin
google-analytics-data google.analytics.data
google-api-core google.api_core
google-apps-meet google.apps
google-auth google.auth google.oauth2
google-cloud-access-context-manager google.identity
google-cloud-aiplatform google.cloud.aiplatform
google-cloud-alloydb google.cloud.alloydb
google-cloud-alloydb-connector google.cloud.alloydb.connector
google-cloud-alloydb-connector google.cloud.alloydb_connectors_v1.proto
google-cloud-alloydb-connector google.cloud.alloydbconnector
google-cloud-appengine-admin google.cloud.appengine_admin
google-cloud-appengine-logging google.cloud.appengine_logging
google-cloud-artifact-registry google.cloud.artifactregistry
google-cloud-asset google.cloud.asset
google-cloud-audit-log google.cloud.audit
google-cloud-automl google.cloud.automl
google-cloud-batch google.cloud.batch
google-cloud-bigquery google.cloud.bigquery
google-cloud-bigquery-biglake google.cloud.bigquery_biglake
google-cloud-bigquery-datatransfer google.cloud.bigquery_datatransfer
google-cloud-bigquery-storage google.cloud.bigquery_storage
google-cloud-bigtable google.cloud.bigtable google.cloud.bigtable_admin
google-cloud-billing google.cloud.billing
google-cloud-build google.cloud.devtools
google-cloud-compute google.cloud.compute
google-cloud-container google.cloud.container
google-cloud-core google.cloud.client google.cloud.environment_vars google.cloud.exceptions
google-cloud-core google.cloud.obsolete google.cloud.operation
google-cloud-datacatalog google.cloud.datacatalog
google-cloud-dataflow-client google.cloud.dataflow
google-cloud-dataform google.cloud.dataform
google-cloud-dataplex google.cloud.dataplex
google-cloud-dataproc google.cloud.dataproc
google-cloud-dataproc-metastore google.cloud.metastore
google-cloud-datastore google.cloud.datastore google.cloud.datastore_admin
google-cloud-dialogflow-cx google.cloud.dialogflowcx
google-cloud-discoveryengine google.cloud.discoveryengine
google-cloud-dlp google.cloud.dlp
google-cloud-documentai google.cloud.documentai
google-cloud-error-reporting google.cloud.error_reporting google.cloud.errorreporting
google-cloud-firestore google.cloud.firestore google.cloud.firestore_admin
google-cloud-firestore google.cloud.firestore_bundle
google-cloud-functions google.cloud.functions
google-cloud-iam google.cloud.iam google.cloud.iam_admin google.cloud.iam_credentials
google-cloud-jupyter-config google.cloud.jupyter_config
google-cloud-kms google.cloud.kms
google-cloud-language google.cloud.language
google-cloud-logging google.cloud.logging
google-cloud-managedkafka google.cloud.managedkafka
google-cloud-memcache google.cloud.memcache
google-cloud-modelarmor google.cloud.modelarmor
google-cloud-monitoring google.cloud.monitoring
google-cloud-orchestration-airflow google.cloud.orchestration
google-cloud-org-policy google.cloud.orgpolicy
google-cloud-os-config google.cloud.osconfig
google-cloud-os-login google.cloud.oslogin
google-cloud-pubsub google.cloud.pubsub google.pubsub
google-cloud-pubsublite google.cloud.pubsublite
google-cloud-recaptcha-enterprise google.cloud.recaptchaenterprise
google-cloud-recommendations-ai google.cloud.recommendationengine
google-cloud-redis google.cloud.redis
google-cloud-resource-manager google.cloud.resourcemanager
google-cloud-run google.cloud.run
google-cloud-scheduler google.cloud.scheduler
google-cloud-secret-manager google.cloud.secretmanager
google-cloud-spanner google.cloud.spanner google.cloud.spanner_admin_database
google-cloud-spanner google.cloud.spanner_admin_instance google.cloud.spanner_dbapi
google-cloud-speech google.cloud.speech
google-cloud-storage google.cloud.storage
google-cloud-storage-control google.cloud.storage_control
google-cloud-storage-transfer google.cloud.storage_transfer
google-cloud-tasks google.cloud.tasks
google-cloud-texttospeech google.cloud.texttospeech
google-cloud-trace google.cloud.trace
google-cloud-translate google.cloud.translate
google-cloud-vectorsearch google.cloud.vectorsearch
google-cloud-videointelligence google.cloud.videointelligence
google-cloud-vision google.cloud.vision google.cloud.vision_helpers
google-cloud-workflows google.cloud.workflows
google-genai google.genai
google-generativeai google.generativeai
google-resumable-media google.resumable_media
grpc-google-iam-v1 google.iam
googleapis-common-protos google.api google.logging google.longrunning google.rpc google.type
jaraco.classes jaraco.classes
jaraco.collections jaraco.collections
jaraco.context jaraco.context
jaraco.functools jaraco.functools
jaraco.itertools jaraco.itertools
jaraco.logging jaraco.logging
jaraco.stream jaraco.stream
jaraco.text jaraco.text
llama-index-agent-openai llama_index.agent.openai
llama-index-cli llama_index.cli
llama-index-core llama_index.core
llama-index-embeddings-bedrock llama_index.embeddings.bedrock
llama-index-embeddings-openai llama_index.embeddings.openai
llama-index-indices-managed-llama-cloud llama_index.indices.managed.llama_cloud
llama-index-legacy llama_index.legacy
llama-index-llms-anthropic llama_index.llms.anthropic
llama-index-llms-azure-openai llama_index.llms.azure_openai
llama-index-llms-openai llama_index.llms.openai
llama-index-multi-modal-llms-openai llama_index.multi_modal_llms.openai
llama-index-program-openai llama_index.program.openai
llama-index-question-gen-openai llama_index.question_gen.openai
llama-index-readers-file llama_index.readers.file
llama-index-readers-llama-parse llama_index.readers.llama_parse
llama-index-vector-stores-postgres llama_index.vector_stores.postgres
opentelemetry-api opentelemetry.attributes opentelemetry.baggage opentelemetry.context
opentelemetry-api opentelemetry.environment_variables opentelemetry.metrics opentelemetry.propagate
opentelemetry-api opentelemetry.propagators.composite opentelemetry.propagators.textmap
opentelemetry-api opentelemetry.trace opentelemetry.util.re opentelemetry.util.types
opentelemetry-distro opentelemetry.distro
opentelemetry-exporter-gcp-logging opentelemetry.exporter.cloud_logging
opentelemetry-exporter-gcp-monitoring opentelemetry.exporter.cloud_monitoring
opentelemetry-exporter-gcp-trace opentelemetry.exporter.cloud_trace
opentelemetry-exporter-jaeger-proto-grpc opentelemetry.exporter.jaeger.proto.grpc
opentelemetry-exporter-jaeger-thrift opentelemetry.exporter.jaeger.thrift
opentelemetry-exporter-otlp-proto-common opentelemetry.exporter.otlp.proto.common
opentelemetry-exporter-otlp-proto-grpc opentelemetry.exporter.otlp.proto.grpc
opentelemetry-exporter-otlp-proto-http opentelemetry.exporter.otlp.proto.http
opentelemetry-exporter-prometheus opentelemetry.exporter.prometheus
opentelemetry-exporter-prometheus-remote-write opentelemetry.exporter.prometheus_remote_write
opentelemetry-exporter-zipkin-json opentelemetry.exporter.zipkin.encoder
opentelemetry-exporter-zipkin-json opentelemetry.exporter.zipkin.json
opentelemetry-exporter-zipkin-json opentelemetry.exporter.zipkin.node_endpoint
opentelemetry-exporter-zipkin-proto-http opentelemetry.exporter.zipkin.proto.http
opentelemetry-processor-baggage opentelemetry.processor.baggage
opentelemetry-propagator-aws-xray opentelemetry.propagators.aws
opentelemetry-propagator-b3 opentelemetry.propagators.b3
opentelemetry-propagator-gcp opentelemetry.propagators.cloud_trace_propagator
opentelemetry-propagator-jaeger opentelemetry.propagators.jaeger
opentelemetry-propagator-ot-trace opentelemetry.propagators.ot_trace
opentelemetry-proto opentelemetry.proto
opentelemetry-resource-detector-azure opentelemetry.resource.detector.azure
opentelemetry-resourcedetector-gcp opentelemetry.resourcedetector.gcp_resource_detector
opentelemetry-sdk opentelemetry.sdk.environment_variables opentelemetry.sdk.error_handler
opentelemetry-sdk opentelemetry.sdk.metrics opentelemetry.sdk.resources opentelemetry.sdk.trace
opentelemetry-sdk opentelemetry.sdk.util
opentelemetry-sdk-extension-aws opentelemetry.sdk.extension
opentelemetry-semantic-conventions opentelemetry.semconv
opentelemetry-semantic-conventions-ai opentelemetry.semconv_ai
opentelemetry-test-utils opentelemetry.test
opentelemetry-util-genai opentelemetry.util.genai
opentelemetry-util-http opentelemetry.util.http
protobuf google.protobuf
repoze-lru repoze.lru
repoze-sendmail repoze.sendmail
repoze.who repoze.who
ruamel.base ruamel.base
ruamel.yaml ruamel.yaml
ruamel.yaml.jinja2 ruamel.yaml.jinja2
ruamel.yaml.string ruamel.yaml.string
snowflake-cli snowflake.cli
snowflake-connector-python snowflake.connector
snowflake-ml-python snowflake.cortex snowflake.ml
snowflake-snowpark-python snowflake.snowpark
snowflake-sqlalchemy snowflake.sqlalchemy
snowflake.core snowflake.core
sphinxcontrib-applehelp sphinxcontrib.applehelp
sphinxcontrib-bibtex sphinxcontrib.bibtex
sphinxcontrib-devhelp sphinxcontrib.devhelp
sphinxcontrib-htmlhelp sphinxcontrib.htmlhelp
sphinxcontrib-httpdomain sphinxcontrib.autohttp sphinxcontrib.httpdomain
sphinxcontrib-jquery sphinxcontrib.jquery
sphinxcontrib-jsmath sphinxcontrib.jsmath
sphinxcontrib-mermaid sphinxcontrib.mermaid
sphinxcontrib-qthelp sphinxcontrib.qthelp
sphinxcontrib-serializinghtml sphinxcontrib.serializinghtml
sphinxcontrib-spelling sphinxcontrib.spelling
sphinxcontrib-websupport sphinxcontrib.websupport
z3c.pt z3c.pt
zc.buildout zc.buildout
zc.lockfile zc.lockfile
zc.recipe.egg zc.recipe.egg
zope.annotation zope.annotation
zope.browser zope.browser
zope.browsermenu zope.browsermenu
zope.browserpage zope.browserpage
zope.browserresource zope.browserresource
zope.cachedescriptors zope.cachedescriptors
zope.component zope.component
zope.configuration zope.configuration
zope.container zope.container
zope.contentprovider zope.contentprovider
zope.contenttype zope.contenttype
zope.copy zope.copy
zope.datetime zope.datetime
zope.deferredimport zope.deferredimport
zope.deprecation zope.deprecation
zope.dottedname zope.dottedname
zope.event zope.event
zope.exceptions zope.exceptions
zope.filerepresentation zope.filerepresentation
zope.globalrequest zope.globalrequest
zope.hookable zope.hookable
zope.i18n zope.i18n
zope.i18nmessageid zope.i18nmessageid
zope.index zope.index
zope.interface zope.interface
zope.lifecycleevent zope.lifecycleevent
zope.location zope.location
zope.pagetemplate zope.pagetemplate
zope.processlifetime zope.processlifetime
zope.proxy zope.proxy
zope.ptresource zope.ptresource
zope.publisher zope.publisher
zope.schema zope.schema
zope.security zope.security
zope.sendmail zope.sendmail
zope.sequencesort zope.sequencesort
zope.site zope.site
zope.size zope.size
zope.sqlalchemy zope.sqlalchemy
zope.structuredtext zope.structuredtext
zope.tal zope.tal
zope.tales zope.tales
zope.testbrowser zope.testbrowser
zope.testing zope.testing
zope.testrunner zope.testrunner
zope.traversing zope.traversing
zope.viewlet zope.viewlet
"""

PARTS: Mapping[str, str] = {
    module: row[0] for row in map(str.split, _TABLE.split("\n")) for module in row[1:]
}
"""The distribution of each part, by the part's dotted name."""

NAMESPACES = frozenset(
    parent
    for part in PARTS
    for parent in (part.rsplit(".", count)[0] for count in range(1, part.count(".") + 1))
    if parent not in PARTS
)
"""The namespaces themselves: `google`, `google.cloud`, `azure` ..."""


def is_namespace(module: str) -> bool:
    """Whether a dotted name is a namespace of the table, and no module of a distribution."""
    return module in NAMESPACES


def part_of(module: str) -> tuple[str, str] | None:
    """The part that a dotted name is in, and its distribution; None if the table has neither.

    The longest part counts: `google.cloud.storage.blob` is in `google.cloud.storage`.
    """
    while module:
        if module in PARTS:
            return module, PARTS[module]
        module = module.rpartition(".")[0]
    return None


def decisive(module: str) -> str:
    """The module whose presence tells whether the distribution of a dotted name is there.

    The top-level module, except in a namespace: there the part that the name is in, or, if
    the table has no such part, the first name below the namespace.
    """
    part = part_of(module)
    if part is not None:
        return part[0]
    names = module.split(".")
    depth = 1
    while depth < len(names) and ".".join(names[:depth]) in NAMESPACES:
        depth += 1
    return ".".join(names[:depth])
