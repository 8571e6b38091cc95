// node classify.cjs CHECKPOINT SENTENCE...: prints what Transformers.js says of each, offline.
const path = require("node:path");
const { env, pipeline } = require("@huggingface/transformers");

async function main([checkpoint, ...sentences]) {
  env.allowRemoteModels = false;
  env.localModelPath = path.dirname(checkpoint);
  const name = path.basename(checkpoint);
  const classify = await pipeline("text-classification", name, { dtype: "q8" });
  console.log(JSON.stringify(await classify(sentences, { top_k: null })));
}

main(process.argv.slice(2));
