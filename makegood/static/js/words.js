// Sentences come from the template, so that they are translated; {name} in them is filled in here.
export const filled = (sentence, values = {}) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// A number for each plural form of the languages we know; the template holds the sentence for each of them.
const SAMPLES = [2, 5, 21];

/** Of the sentences `dataset[name + sample]` the one whose plural form is that of `number`, filled in. */
export const plural = (dataset, name, number) => {
  const rules = new Intl.PluralRules(document.documentElement.lang);
  const sample = SAMPLES.find((each) => rules.select(each) === rules.select(number)) ?? SAMPLES[0];
  return filled(dataset[name + sample], { number });
};
