// data-questions: shows the questions that apply by what was told so far, as the server says with each answer.
for (const form of document.querySelectorAll("[data-questions]")) {
  form.addEventListener("asked", ({ detail }) => {
    for (const question of form.querySelectorAll("[data-question]")) {
      question.hidden = !detail.names.includes(question.dataset.question);
    }
  });
}
