// A Hub on this machine: some made-up repositories, one that never answers, and a record of all that was asked.
// As a program it prints its address and then every request, each as one line of JSON.
import { createServer } from "node:http";

const COMMIT = "5a1de0c7f3b2946880d1c2e4f6a7b8c9d0e1f203";
/** Its look-up never ends. */
export const STALLED = "acme-labs/never-answers";

const MODEL = {
  id: "acme-labs/tiny-chat-1b",
  sha: COMMIT,
  private: false,
  gated: false,
  disabled: false,
  pipeline_tag: "text-generation",
  library_name: "transformers",
  tags: ["transformers", "safetensors", "llama", "text-generation", "conversational", "license:apache-2.0"],
  cardData: { license: "apache-2.0", language: ["en"], pipeline_tag: "text-generation" },
  config: {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    tokenizer_config: { chat_template: "{% for turn in messages %}{{ turn.content }}{% endfor %}", eos_token: "</s>" },
  },
  transformersInfo: { auto_model: "AutoModelForCausalLM", pipeline_tag: "text-generation", processor: "AutoTokenizer" },
  safetensors: { parameters: { BF16: 1100048384 }, total: 1100048384 },
  siblings: ["README.md", "config.json", "model.safetensors", "tokenizer.json"].map((rfilename) => ({ rfilename })),
};

const CONFIG = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  dtype: "bfloat16",
  hidden_size: 2048,
  max_position_embeddings: 8192,
  num_hidden_layers: 22,
  transformers_version: "5.20.0",
};

const DATASET = {
  id: "acme-labs/tiny-instruct",
  sha: COMMIT,
  private: false,
  gated: false,
  disabled: false,
  tags: ["license:mit"],
  cardData: {
    license: "mit",
    dataset_info: {
      features: [{ name: "messages", list: [{ name: "role", dtype: "string" }, { name: "content", dtype: "string" }] }],
      splits: [{ name: "train", num_examples: 9500 }, { name: "test", num_examples: 500 }],
    },
  },
  siblings: ["README.md", "data/train-00000-of-00001.parquet"].map((rfilename) => ({ rfilename })),
};

const ANSWERS = {
  [`/api/models/${MODEL.id}`]: MODEL,
  [`/${MODEL.id}/resolve/${COMMIT}/config.json`]: CONFIG,
  [`/api/datasets/${DATASET.id}`]: DATASET,
};

/**
 * Listens on a free port; gives the address, the requests so far as `{path, authorization}`, and how to end it.
 * `held` is awaited before every answer.
 */
export async function startHub(held = Promise.resolve(), tell = () => {}) {
  const requests = [];
  const server = createServer(async ({ url, headers }, response) => {
    const path = url.split("?")[0];
    requests.push({ path, authorization: headers.authorization });
    tell(requests.at(-1));
    if (path.includes(STALLED)) return;
    await held;
    const answer = ANSWERS[path];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: "Repository not found" }));
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, requests, stop };
}

if (import.meta.main) {
  const say = (value) => console.log(JSON.stringify(value));
  const { address } = await startHub(undefined, say);
  say({ address });
}
