"""A hundred and more secrets and identifiers, all made up, and what is none though it looks it.

The keys are drawn here by lot (always the same), so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Iterator

_DRAW = random.Random(7)  # noqa: S311 - nothing is protected by it
_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


def drawn(length: int, letters: str = _ALNUM) -> str:
    """Return a word drawn by lot that has a digit and a letter at least."""
    word = "".join(_DRAW.choice(letters) for _ in range(length - 2))
    return f"{_DRAW.choice([c for c in letters if c.isalpha()] or letters)}{word}7"


def _segment(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def _keys() -> Iterator[tuple[str, str]]:
    upper = string.ascii_uppercase + string.digits
    lower = string.ascii_lowercase + string.digits
    yield "OpenAI legacy key", f"sk-{drawn(20)}T3BlbkFJ{drawn(20)}"
    yield "OpenAI project key", f"sk-proj-{drawn(48)}"
    yield "OpenAI service account key", f"sk-svcacct-{drawn(40)}"
    yield "Anthropic key", f"sk-ant-api03-{drawn(60)}-{drawn(20)}AA"
    yield "Google API key", f"AIza{drawn(35)}"
    yield "Google OAuth token", f"ya29.{drawn(60)}"
    yield "Google client secret", f"GOCSPX-{drawn(28)}"
    yield "Hugging Face token", f"hf_{drawn(34)}"
    yield "Groq key", f"gsk_{drawn(52)}"
    yield "xAI key", f"xai-{drawn(60)}"
    yield "Replicate token", f"r8_{drawn(37)}"
    yield "Perplexity key", f"pplx-{drawn(48)}"
    yield "Tavily key", f"tvly-{drawn(32)}"
    yield "NVIDIA key", f"nvapi-{drawn(64)}"
    yield "Pinecone key", f"pcsk_{drawn(50)}"
    yield "LangSmith key", f"lsv2_pt_{drawn(32, _HEX)}_{drawn(10, _HEX)}"
    yield "Databricks token", f"dapi{drawn(32, _HEX)}"
    yield "Mistral key", drawn(32)
    yield "Azure OpenAI key", drawn(32, _HEX)
    yield "Azure storage key", f"AccountKey={drawn(86)}=="
    yield "AWS access key id", f"AKIA{drawn(16, upper)}"
    yield "AWS temporary key id", f"ASIA{drawn(16, upper)}"
    yield "AWS secret key", drawn(40)
    yield "GitHub token", f"ghp_{drawn(36)}"
    yield "GitHub app token", f"ghs_{drawn(36)}"
    yield "GitHub fine-grained token", f"github_pat_{drawn(22)}_{drawn(59)}"
    yield "GitLab token", f"glpat-{drawn(20)}"
    yield "Slack bot token", f"xoxb-1234567890-1234567890123-{drawn(24)}"
    yield "Slack app token", f"xapp-1-A0123456-{drawn(13, string.digits)}-{drawn(40, _HEX)}"
    yield (
        "Slack webhook",
        f"https://hooks.slack.com/services/T0{drawn(8, upper)}/B0{drawn(8, upper)}/{drawn(24)}",
    )
    yield "Stripe secret key", f"sk_live_{drawn(24)}"
    yield "Stripe restricted key", f"rk_live_{drawn(24)}"
    yield "Stripe webhook secret", f"whsec_{drawn(32)}"
    yield "Twilio account id", f"AC{drawn(32, _HEX)}"
    yield "Twilio key", f"SK{drawn(32, _HEX)}"
    yield "SendGrid key", f"SG.{drawn(22)}.{drawn(43)}"
    yield "Mailchimp key", f"{drawn(32, _HEX)}-us12"
    yield "npm token", f"npm_{drawn(36)}"
    yield "PyPI token", f"pypi-AgEIcHlwaS5vcmc{drawn(70)}"
    yield "Docker token", f"dckr_pat_{drawn(27)}"
    yield "DigitalOcean token", f"dop_v1_{drawn(64, _HEX)}"
    yield "Shopify token", f"shpat_{drawn(32, _HEX)}"
    yield "Square token", f"sq0atp-{drawn(22)}"
    yield "Telegram bot token", f"123456789:AA{drawn(33)}"
    yield "Discord bot token", f"M{drawn(23)}.{drawn(6)}.{drawn(27)}"
    yield "Linear key", f"lin_api_{drawn(40)}"
    yield "Figma token", f"figd_{drawn(40)}"
    yield "Notion token", f"ntn_{drawn(44)}"
    yield "Atlassian token", f"ATATT3xFfGF0{drawn(60)}"
    yield "Vault token", f"hvs.{drawn(24)}"
    yield "Supabase key", f"sbp_{drawn(40, _HEX)}"
    yield "Artifactory token", f"AKC{drawn(64)}"
    yield (
        "Heroku key",
        f"{drawn(8, _HEX)}-{drawn(4, _HEX)}-{drawn(4, _HEX)}-{drawn(4, _HEX)}-{drawn(12, _HEX)}",
    )
    yield "Cloudflare token", drawn(40)
    yield "Okta token", f"00{drawn(40)}"
    yield "internal token", f"{drawn(30, lower)}"


def _others() -> Iterator[tuple[str, str]]:
    head = _segment({"alg": "HS256", "typ": "JWT"})
    yield "JWT", f"{head}.{_segment({'sub': '1234567890', 'name': 'Jo'})}.{drawn(43)}"
    yield "JWT without signature", f"{_segment({'alg': 'none'})}.{_segment({'sub': 'ada'})}.x1"
    for kind in ("RSA ", "EC ", "OPENSSH ", ""):
        body = "\n".join(drawn(64) for _ in range(3))
        yield (
            "private key",
            f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----",
        )
    yield "SHA-256 digest used as a key", drawn(64, _HEX)


KEYS: tuple[tuple[str, str], ...] = (*_keys(), *_others())
"""What kind of secret, and the secret; each is planted in the sentences below in turn."""

SENTENCES = (
    "May I paste {} into Claude to debug the client?",
    "Our key is {}. Are we allowed to share it with the contractor?",
    "Can I put ({}) into a prompt?",
    'I hard-coded "{}" in the notebook, is that allowed?',
    "curl -H 'Authorization: Bearer {}' fails; may I ask ChatGPT why?",
)

IN_PLACE: tuple[tuple[str, str], ...] = (
    ("My password is Tr0ub4dor&3, may I tell Copilot?", "Tr0ub4dor&3"),
    ("The db password: hunter2! may it go into a prompt?", "hunter2!"),
    ("passphrase = 'correct-Horse9' in our repo, is that fine?", "correct-Horse9"),
    ("PIN is 4711 for the lab, can the agent use it?", "4711"),
    ("Is client_secret: q8Z~77abc allowed in a ticket?", "q8Z~77abc"),
    ("Is postgres://app:s3cretpw@db.intern/x fine in the README?", "s3cretpw"),
    ("May I share https://ada:geheim99@git.example/repo.git with Cursor?", "geheim99"),
    ("redis://:p4ssw0rd!@cache:6379 in the prompt, allowed?", "p4ssw0rd!"),
    ("Is https://files.example/a?sig=Zm9vYmFyMQ&x=1 fine to paste?", "Zm9vYmFyMQ"),
    ("May I mail the outputs to jane.doe@acme-customer.com?", "jane.doe@acme-customer.com"),
    ("May I mail o'neil+ml@sub.example.co.uk the labels?", "o'neil+ml@sub.example.co.uk"),
    ("Can support use m\u00fcller@beispiel.de in a test prompt?", "m\u00fcller@beispiel.de"),
    ("Could I text +1 415 555 2671 the summary Claude wrote?", "+1 415 555 2671"),
    ("Could I text +49 30 901820 the summary?", "+49 30 901820"),
    ("Ring +44 20 7946 0958 before training on it?", "7946 0958"),
    ("Call (415) 555-2671 about the consent?", "555-2671"),
    ("Our DPO is at 020 7946 0018, may the bot tell users?", "7946 0018"),
    ("Telefon 030 901820, darf das in den Prompt?", "901820"),
    ("May I put +33 1 42 68 53 00 into the sample?", "42 68 53 00"),
    ("WhatsApp me on +91 98765 43210 if that is allowed", "98765 43210"),
    ("Refund to DE89 3704 0044 0532 0130 00, may the agent do it?", "3704 0044"),
    ("Refund to GB29NWBK60161331926819, may the agent do it?", "GB29NWBK60161331926819"),
    ("IBAN FR14 2004 1010 0505 0001 3M02 606 in the prompt?", "2004 1010"),
    ("IBAN NL91ABNA0417164300 in the prompt?", "NL91ABNA0417164300"),
    ("Card 4111 1111 1111 1111 is in the log, can we train on it?", "4111 1111"),
    ("Card 5500-0000-0000-0004 is in the log, can we train on it?", "5500-0000"),
    ("Card 378282246310005 is in the log, can we train on it?", "378282246310005"),
    ("Card 6011111111111117 is in the log, can we train on it?", "6011111111111117"),
    ("SSN 536-22-8726 is in the transcript, may I send it?", "536-22-8726"),
    ("Her social security number is 536228726, may I send it?", "536228726"),
    ("NI number AB 12 34 56 C in the dataset, may we keep it?", "12 34 56"),
    ("NHS 943 476 5919 in the dataset, may we keep it?", "943 476 5919"),
    ("DNI 54362315K in the dataset, may we keep it?", "54362315K"),
    ("PAN ACUPA7085R in the dataset, may we keep it?", "ACUPA7085R"),
    ("Codice RCCMNL83S18D969H in the dataset, may we keep it?", "RCCMNL83S18D969H"),
    ("Passport number C01X00T47 is on the scan, may Gemini read it?", "C01X00T47"),
    ("Aadhaar 2341 2341 2346 in the dataset, may we keep it?", "2341 2341"),
    ("Account no: 00123456789, may the bot see it?", "00123456789"),
    ("Requests come from 203.0.113.77, may I log that to OpenAI?", "203.0.113.77"),
    ("Our box 10.20.30.40 runs Ollama, is that fine?", "10.20.30.40"),
    ("Host 2001:db8:85a3::8a2e:370:7334 runs vLLM, is that fine?", "8a2e:370:7334"),
    ("Laptop 3c:22:fb:9a:01:7e runs it, is that fine?", "3c:22:fb:9a:01:7e"),
    ("She was born on 12 March 1984, may the model know?", "12 March 1984"),
    ("DOB 1984-03-12 in the prompt, allowed?", "1984-03-12"),
    ("May I send customer Jane Doe's chats to Claude?", "Jane Doe"),
    ("Is it fine that Dr. Mehmet Yilmaz labelled with GPT-4o?", "Mehmet Yilmaz"),
    ("May I train on what my manager Anna Kowalska wrote?", "Anna Kowalska"),
    ("A patient named Luis Ortega asked, may I use it?", "Luis Ortega"),
)
"""Sentences with what in them must not be sent."""

ORDINARY: tuple[str, ...] = tuple(
    line.strip()
    for line in """
    GPT-4o
    gpt-4o-mini-2024-07-18
    gpt-5.4-mini-2026-03-17
    gpt-oss-120b
    text-embedding-3-small
    text-embedding-ada-002
    o3-deep-research
    claude-3-5-sonnet-20241022
    claude-opus-4-1-20250805
    Claude Sonnet 4.5
    Llama-3.1-405B-Instruct
    Meta-Llama-3-70B-Instruct-GGUF
    Mixtral-8x7B-Instruct-v0.1
    mistral-large-2411
    gemini-2.5-flash-preview-05-20
    Qwen2.5-Coder-32B-Instruct
    DeepSeek-R1-Distill-Qwen-1.5B
    all-MiniLM-L6-v2
    bge-large-en-v1.5
    stable-diffusion-xl-base-1.0
    whisper-large-v3-turbo
    phi-3.5-mini-instruct
    granite-3.1-8b-instruct
    nemotron-4-340b-instruct
    CUDA 12.4.1
    Python 3.11.9
    section 4.2.1.3
    version 10.0.19045.1
    ISO/IEC 27001:2022
    ISO 42001
    SOC 2 Type II
    Regulation (EU) 2024/1689
    Directive 2019/790/EU
    Article 6(1)(f) GDPR
    CC-BY-NC-SA-4.0
    Apache-2.0
    AGPL-3.0-or-later
    700 million monthly active users
    more than 100,000,000 tokens
    10000000000 tokens
    $1,000,000 of revenue
    1,000 customers
    30 days
    24/7
    by 2026-12-31
    on 31/12/2026
    between 2024-01-01 and 2025-06-30
    at 14:30:00
    5-fold cross-validation
    a batch of 4096 x 1024
    7B, 13B and 70B
    top_p=0.95
    temperature 0.7
    RTX 4090
    H100 80GB
    A100-SXM4-80GB
    MMLU 87.3
    HumanEval pass@1
    SWE-bench Verified
    LoRA rank 16
    RLHF, DPO and SFT
    fp16, bf16 and int8
    JSON, YAML and CSV
    c2pa-content-credentials
    end-to-end-encryption
    state-of-the-art
    customer data
    Customer Data Processing Agreement
    customer Success Team
    Customer Support chats
    employee Privacy Policy
    our customers in the EU
    Mr. and Mrs.
    password managers
    the password policy
    is the password rule strict
    our secret sauce
    trade secrets
    an API key
    API keys in prompts
    a bearer token is needed
    a token limit of 8192
    token: what counts as one
    the pin board
    private key infrastructure
    access key rotation
    credentials
    Bedrock in eu-central-1
    azure/openai/deployments
    huggingface.co/meta-llama
    github.com/openai/whisper
    https://openai.com/policies/usage-policies
    docs.anthropic.com
    us-east-1
    prod-eu-west-2
    k8s
    TLS 1.3
    S3 and EC2
    GPU-hours
    P0 incident
    Q3 2026
    2FA
    B2B and B2C
    AI Act
    Common Crawl
    The Pile
    Wikipedia
    Stack Overflow
    Slack
    Notion AI
    GitHub Copilot Chat
    Cursor Tab
    Microsoft 365 Copilot
    ChatGPT Enterprise
    Claude for Work
    Gemini for Google Workspace
    Vertex AI Model Garden
    internal classifier
    spam filter
    synthetic data
    distillation
    red-teaming
    fine-tune our chat model
    competing models
    written approval of Legal
    the vendor's terms of use
    the Model Release Board
    Acme GmbH
    works council
    data protection officer
    """.strip().splitlines()
)
"""Terms of questions about such rules, none of which is anybody's secret."""
