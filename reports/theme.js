try {
  const theme = localStorage.getItem("symicl-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* nothing is remembered where a browser forbids it */ }
